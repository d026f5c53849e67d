import { execFile } from 'node:child_process'
import { lstat, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'

import { pack, type Pack } from 'tar-stream'

const run = promisify(execFile)

/** Programs any shell script may count on. No compiler is among them. */
const shellPrograms =
  'sh bash dash env ls cat cp mv rm mkdir rmdir ln chmod chown touch echo printf true false test expr id whoami uname ' +
  'hostname date sleep head tail wc sort uniq tr cut tee od sed grep awk find xargs tar gzip gunzip readlink realpath ' +
  'basename dirname pwd seq sha256sum md5sum cmp diff du df stat mktemp kill ps sync dd yes nproc getent'

const gitPrograms = 'git git-upload-pack git-receive-pack'

export type HostImageKind = 'plain' | 'with-git'

/**
 * The file system of a small Linux image, made of this machine's own programs and the libraries they load: an image
 * without a compiler that needs no registry. Linux hosts with glibc only.
 * @returns a tar stream, as `POST /images/create?fromSrc=-` takes it
 */
export async function hostImage(kind: HostImageKind): Promise<Readable> {
  const names = `${shellPrograms} ${kind === 'with-git' ? gitPrograms : ''}`.split(' ').filter(Boolean)
  const programs = (await Promise.all(names.map(whereIs))).filter((path) => path !== undefined)
  const gitCore = kind === 'with-git' ? await gitCoreFiles() : []
  const files = new Set([...programs, ...gitCore])
  for (const library of await librariesOf([...files])) files.add(library)
  if (kind === 'with-git')
    for (const certificates of await present(certificateBundles)) files.add(certificates)

  const tar = pack()
  void write(tar, [...files].sort()).catch((error: unknown) => tar.destroy(error as Error))
  return Readable.from(tar)
}

const certificateBundles = ['/etc/ssl/certs/ca-certificates.crt']

async function whereIs(name: string): Promise<string | undefined> {
  for (const folder of ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']) {
    const path = join(folder, name)
    if (await exists(path)) return path
  }
  return undefined
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

async function present(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(exists))
  return paths.filter((_, index) => found[index])
}

/** git's own folder: what a fetch over HTTP, a checkout and submodules run, and the scripts they read. */
async function gitCoreFiles(): Promise<string[]> {
  const { stdout } = await run('git', ['--exec-path'])
  const core = stdout.trim()
  const needed = [
    'git',
    'git-remote-http',
    'git-remote-https',
    'git-submodule',
    'git-sh-setup',
    'git-sh-i18n',
    'git-sh-i18n--envsubst',
    'git-http-backend',
    'git-lfs',
  ].map((name) => join(core, name))
  const templates = '/usr/share/git-core/templates'
  return [...(await present(needed)), ...((await exists(templates)) ? [templates] : [])]
}

/** Every library the programs load, and the loader, by the paths the programs ask for. */
async function librariesOf(programs: readonly string[]): Promise<string[]> {
  const { stdout } = await run('ldd', [...programs], { maxBuffer: 1 << 24 }).catch(
    // Scripts and static programs make ldd exit 1; what it printed about the others counts.
    (error: { stdout: string }) => error,
  )
  return [...new Set([...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1]!))]
}

const emptyFolders = [
  'tmp',
  'root',
  'builds',
  'cache',
  'var/tmp',
  'proc',
  'sys',
  'dev',
  'home/dev',
  'opt',
  'run',
]
const accounts = {
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\ndev:x:1000:1000:dev:/home/dev:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n',
  'etc/group': 'root:x:0:\ndev:x:1000:\nnogroup:x:65534:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
}

async function write(tar: Pack, paths: readonly string[]): Promise<void> {
  const folders = new Set<string>()
  const addFolder = (path: string, mode = 0o755) => {
    if (path === '.' || path === '/' || path === '' || folders.has(path)) return
    addFolder(dirname(path))
    folders.add(path)
    tar.entry({ name: path, type: 'directory', mode })
  }
  // Where the host has /bin → usr/bin, so has the image: paths stay what scripts expect.
  const links = new Map<string, string>()
  for (const top of ['bin', 'sbin', 'lib', 'lib64', 'lib32', 'libx32']) {
    const info = await lstat(`/${top}`).catch(() => undefined)
    if (info?.isSymbolicLink()) {
      links.set(top, await readlink(`/${top}`))
      tar.entry({ name: top, type: 'symlink', linkname: links.get(top)! })
      folders.add(top)
    }
  }
  const placeOf = (path: string) => {
    const [top = '', ...rest] = path.slice(1).split('/')
    return [links.get(top) ?? top, ...rest].join('/')
  }
  const written = new Set<string>()
  const addFile = async (path: string): Promise<void> => {
    const name = placeOf(path)
    if (written.has(name)) return
    written.add(name)
    const info = await stat(path)
    addFolder(dirname(name))
    if (info.isDirectory()) return addFolder(name)
    const content = await readFile(await realpath(path))
    await new Promise<void>((resolve, reject) => {
      tar.entry({ name, mode: info.mode & 0o777, size: content.length }, content, (error) =>
        error ? reject(error) : resolve(),
      )
    })
  }
  for (const folder of emptyFolders)
    addFolder(folder, folder.endsWith('tmp') ? 0o1777 : folder === 'root' ? 0o700 : 0o755)
  for (const [name, text] of Object.entries(accounts)) {
    addFolder(dirname(name))
    tar.entry({ name }, text)
  }
  for (const path of paths) await addFile(path)
  tar.finalize()
}
