import type { ToolchainForm } from '../../main/contract/toolchain.ts'

/** A toolchain of which nothing is known yet. */
export const blank: ToolchainForm = {
  name: '',
  version: '',
  folder: '',
  volume: '',
  mountPoint: '',
  variables: [],
  path: [],
  libraryPath: [],
  notes: '',
  onRequest: [],
  onDrift: 'stop',
  writable: false,
}
