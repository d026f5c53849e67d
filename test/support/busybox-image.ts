import { execFile } from 'node:child_process'
import { access, readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'

import { pack } from 'tar-stream'

const run = promisify(execFile)
const places = ['/bin/busybox', '/usr/bin/busybox']

/** The file system of an image that is one static busybox: sh without bash, no git. */
export async function busyboxImage(): Promise<Readable> {
  const program = await findBusybox()
  const { stdout } = await run(program, ['--list'])
  const tar = pack()
  for (const folder of ['bin', 'etc', 'root', 'builds']) tar.entry({ name: folder, type: 'directory' })
  tar.entry({ name: 'tmp', type: 'directory', mode: 0o1777 })
  tar.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/root:/bin/sh\ndev:x:1000:1000:dev:/tmp:/bin/sh\n')
  tar.entry({ name: 'etc/group' }, 'root:x:0:\ndev:x:1000:\n')
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, await readFile(program))
  for (const applet of stdout.split('\n').filter((name) => name !== '' && name !== 'busybox')) {
    tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' })
  }
  tar.finalize()
  return Readable.from(tar)
}

/** Debian's busybox-static, installed where that is possible. */
async function findBusybox(): Promise<string> {
  const found = async () => {
    for (const place of places)
      if (
        await access(place).then(
          () => true,
          () => false,
        )
      )
        return place
    return undefined
  }
  const there = await found()
  if (there !== undefined) return there
  await run('apt-get', ['install', '-y', '-q', 'busybox-static']).catch((cause: unknown) => {
    throw new Error('The tests need a static busybox: install the package busybox-static', { cause })
  })
  return (await found())!
}
