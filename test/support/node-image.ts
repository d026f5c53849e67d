import { execFile } from 'node:child_process'
import { copyFile, cp, mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The folder of an image with Node.js, as this machine has it, and a busybox: what the service's image is built on. */
export async function nodeRoot(folder: string): Promise<void> {
  const { stdout } = await run('ldd', [process.execPath])
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path)
  for (const library of libraries) {
    await mkdir(join(folder, dirname(library)), { recursive: true })
    await copyFile(library, join(folder, library))
  }
  for (const name of ['bin', 'usr/local/bin', 'etc', 'tmp', 'opt', 'root', 'var'])
    await mkdir(join(folder, name), { recursive: true })
  await copyFile(process.execPath, join(folder, 'usr/local/bin/node'))
  await cp('/bin/busybox', join(folder, 'bin/busybox'))
  for (const name of ['sh', 'cat', 'sleep']) await symlink('busybox', join(folder, 'bin', name))
}
