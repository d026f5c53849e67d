import {
  toolchainSchema,
  type Toolchain,
  type ToolchainInput,
} from '../../../main/engine/toolchain/toolchain.ts'

/** The vendor's SDK of the examples. */
export const aToolchain = (given: Partial<ToolchainInput> = {}): Toolchain =>
  toolchainSchema.parse({
    name: 'atlas500',
    version: '20.2',
    folder: '/srv/atlas500-20.2',
    mountPoint: '/opt/atlas500',
    variables: { DDK_HOME: '/opt/atlas500' },
    path: ['host/bin', 'toolchains/aarch64-linux-gcc6.3/bin'],
    libraryPath: ['host/lib'],
    ...given,
  })
