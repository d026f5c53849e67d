import type { JobView, ToolchainForm } from '../../main/contract/toolchain.ts'

/** What a job will see of a form that is being filled in, as the engine will work it out. */
export function viewOf({ folder, volume, mountPoint, variables, path, libraryPath }: ToolchainForm): JobView {
  const at = mountPoint.replace(/\/$/, '')
  const inside = (one: string) => (one.startsWith('/') ? one : one === '.' ? at : `${at}/${one}`)
  return {
    mount: { source: volume || folder.trim() || '…', target: mountPoint || '…' },
    environment: variables.map((entry) => {
      const [name = '', ...value] = entry.split('=')
      return { name, value: value.join('=') }
    }),
    path: path.map(inside),
    libraryPath: libraryPath.map(inside),
  }
}
