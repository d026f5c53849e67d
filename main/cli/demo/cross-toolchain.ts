import { execFile } from 'node:child_process'
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { apt } from './apt.ts'

const run = promisify(execFile)

/** A folder with a cross-compiler, and how the blog-style configuration reaches it. */
export interface CrossToolchain {
  readonly folder: string
  /** Folders of programs, below the toolchain. */
  readonly binDirs: readonly string[]
  /** Folders of libraries its programs need; empty where they need none. */
  readonly libDirs: readonly string[]
  /** The compiler's command, such as `aarch64-linux-gnu-gcc`. */
  readonly compiler: string
}

const packages = ['gcc-aarch64-linux-gnu', 'libc6-dev-arm64-cross', 'file']

// The image brings its own C library: a second one on LD_LIBRARY_PATH would break the image's programs.
const notUnpacked = /^(libc6|libcrypt1|gcc-\d+-base|debconf.*|.*:.*)$/

const unpackedLayout = {
  binDirs: ['host/bin', 'toolchains/aarch64-linux-gcc/bin'],
  libDirs: ['host/lib'],
  compiler: 'aarch64-linux-gnu-gcc',
} as const

/**
 * Debian's aarch64 cross-compiler, unpacked into `folder` rather than installed, with the programs and libraries it
 * needs beside it, laid out as vendor SDKs are: `host/bin`, `host/lib`, `toolchains/…/bin`. Done once; a folder that is
 * there is complete.
 * @throws Error naming what is missing and the way around it.
 */
export async function unpackDebianToolchain(
  folder: string,
  say: (line: string) => void,
): Promise<CrossToolchain> {
  const toolchain = { folder, ...unpackedLayout }
  if (await isFolder(folder)) return toolchain
  say("Fetching Debian's gcc-aarch64-linux-gnu and unpacking it into a folder (nothing is installed) …")
  await mkdir(dirname(folder), { recursive: true })
  // Beside its place, so that the last step is one rename and a half-unpacked toolchain is never seen.
  const partial = await mkdtemp(`${folder}.partial-`)
  try {
    const archives = await download(join(partial, 'archives'))
    const root = join(partial, 'root')
    await prepareRoot(root)
    for (const archive of archives) await unpack(archive, root)
    await makeRelocatable(root)
    await addVendorLayout(root)
    await chmod(root, 0o755)
    await rename(root, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return toolchain
}

/** Finds the compiler in a toolchain folder that a user names. */
export async function inspectToolchain(folder: string): Promise<CrossToolchain> {
  if (!(await isFolder(folder))) throw new Error(`--toolchain ${folder}: there is no such folder`)
  const found = await findCompilers(folder, '', 6)
  const [first] = found.sort((a, b) => a.length - b.length)
  if (first === undefined) {
    throw new Error(
      `--toolchain ${folder}: no program named aarch64-…-gcc in any bin folder, six levels deep`,
    )
  }
  const libDirs = (await isFolder(join(folder, 'host/lib'))) ? ['host/lib'] : []
  return { folder, binDirs: [dirname(first)], libDirs, compiler: first.slice(first.lastIndexOf('/') + 1) }
}

async function findCompilers(root: string, below: string, depth: number): Promise<string[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true }).catch(() => [])
  const here = below.endsWith('bin')
    ? entries.filter(({ name }) => /^aarch64-[\w-]*gcc$/.test(name)).map(({ name }) => join(below, name))
    : []
  if (depth === 0 || here.length > 0) return here
  const folders = entries.filter((entry) => entry.isDirectory())
  const nested = await Promise.all(
    folders.map(({ name }) => findCompilers(root, join(below, name), depth - 1)),
  )
  return nested.flat()
}

const orElse = 'Name a folder with an aarch64 gcc: --toolchain DIR'

async function download(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const depends = [
    'depends',
    '--recurse',
    '--no-recommends',
    '--no-suggests',
    '--no-conflicts',
    '--no-breaks',
  ]
  const listed = await apt('apt-cache', [...depends, '--no-replaces', '--no-enhances', ...packages], {
    orElse,
  })
  const names = listed
    .split('\n')
    .filter((line) => /^\w/.test(line) && !notUnpacked.test(line))
    .map((line) => line.trim())
  await apt('apt-get', ['download', '-q', ...new Set(names)], { orElse, cwd: folder })
  return (await readdir(folder)).filter((name) => name.endsWith('.deb')).map((name) => join(folder, name))
}

/** Debian's packages still name /lib and /bin, which are links into /usr on every current system. */
async function prepareRoot(root: string): Promise<void> {
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
    await mkdir(join(root, 'usr', name), { recursive: true })
    await symlink(join('usr', name), join(root, name))
  }
}

async function unpack(archive: string, root: string): Promise<void> {
  // A broken archive ends tar's input early, which tar reports.
  const pipeline = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink --no-same-owner -C "$2"'
  await run('sh', ['-c', pipeline, 'sh', archive, root])
}

/** Linker scripts name libraries by their installed path; by bare name the linker finds them beside the script. */
async function makeRelocatable(root: string): Promise<void> {
  const folder = join(root, 'usr/aarch64-linux-gnu/lib')
  for (const name of ['libc.so', 'libm.so']) {
    const script = await readFile(join(folder, name), 'utf8').catch(() => undefined)
    if (script?.includes('GROUP') !== true) continue
    await writeFile(join(folder, name), script.replaceAll('/usr/aarch64-linux-gnu/lib/', ''))
  }
}

async function addVendorLayout(root: string): Promise<void> {
  await mkdir(join(root, 'host/bin'), { recursive: true })
  await mkdir(join(root, 'toolchains/aarch64-linux-gcc'), { recursive: true })
  await symlink('../../usr/bin', join(root, 'toolchains/aarch64-linux-gcc/bin'))
  await symlink(
    join('../usr/lib', process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'),
    join(root, 'host/lib'),
  )
  // `file` looks for its database at an absolute path, which is the image's.
  const wrapper = `#!/bin/sh\nhome=$(cd "$(dirname "$0")/../.." && pwd)\nexec "$home/usr/bin/file" -m "$home/usr/lib/file/magic.mgc" "$@"\n`
  await writeFile(join(root, 'host/bin/file'), wrapper, { mode: 0o755 })
}

const isFolder = (path: string) =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  )
