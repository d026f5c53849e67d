import { execFileSync, spawnSync } from 'node:child_process'

/** Whether this process may mount anything. */
export const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0

/** A disk of so many MiB in place of a folder, until it is disposed of. */
export function smallDisk(folder: string, size: number): Disposable {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}m`, 'tmpfs', folder])
  return { [Symbol.dispose]: () => void execFileSync('umount', [folder]) }
}
