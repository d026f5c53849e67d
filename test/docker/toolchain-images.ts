import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'

import { pack } from 'tar-stream'

import { unpackDebianToolchain } from '../../main/cli/demo/cross-toolchain.ts'
import { askEngine } from '../support/ask-engine.ts'

const run = promisify(execFile)

/** Kept between runs: what is downloaded once need not be downloaded again. */
const kept = join(tmpdir(), 'drydock-toolchains')

/** Debian's aarch64 cross-compiler in a folder. */
export const crossToolchain = () => unpackDebianToolchain(join(kept, 'debian-cross'), () => {})

/** Packages of a Debian release, unpacked over each other. @returns the folder. */
export async function unpacked(
  release: string,
  packages: readonly string[],
  architecture = 'amd64',
): Promise<string> {
  const prefix = architecture === 'amd64' ? '' : `${architecture}-`
  const folder = join(kept, `${prefix}${release}-${packages.join('+').replaceAll(/[^\w.+-]/g, '_')}`)
  if (await exists(folder)) return folder
  await mkdir(kept, { recursive: true })
  const partial = await mkdtemp(`${folder}.partial-`)
  try {
    for (const place of ['lists/partial', 'cache/archives/partial', 'debs', 'root']) {
      await mkdir(join(partial, place), { recursive: true })
    }
    const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'
    const source = `deb [signed-by=${keys}] ${await debianMirror()} ${release} main\n`
    await writeFile(join(partial, 'sources.list'), source)
    const options = {
      'Dir::Etc::SourceList': join(partial, 'sources.list'),
      'Dir::Etc::SourceParts': '/dev/null',
      'Dir::State::Lists': join(partial, 'lists'),
      'Dir::State::status': '/dev/null',
      'Dir::Cache': join(partial, 'cache'),
      'APT::Architecture': architecture,
      'APT::Architectures': architecture,
    }
    const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    await run('apt-get', [...flags, 'update', '-q'])
    await run('apt-get', [...flags, 'download', '-q', ...packages], { cwd: join(partial, 'debs') })
    for (const archive of await readdir(join(partial, 'debs')))
      await run('dpkg-deb', ['-x', join(partial, 'debs', archive), join(partial, 'root')])
    await rename(join(partial, 'root'), folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return folder
}

/** Where this machine takes Debian's packages from. */
async function debianMirror(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)'])
  const mirror = stdout.split('\n').find((uri) => uri.endsWith('/debian/'))
  if (mirror === undefined) throw new Error("apt knows no Debian mirror: this test needs Debian's packages")
  return mirror
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/** A static busybox of this machine. */
export const busybox = async () => {
  for (const place of ['/bin/busybox', '/usr/bin/busybox']) if (await exists(place)) return place
  throw new Error('The tests need a static busybox: install the package busybox-static')
}

/** A static busybox and musl's loader: what Alpine is to a glibc program. */
export async function muslImage(): Promise<Readable> {
  const root = await unpacked('bookworm', ['musl'])
  return tarOf(root, { busybox: await busybox() })
}

/** Debian's compiler for bare ARM, without the libraries it needs: an image has to bring them. */
export const bareMetalToolchain = () => unpacked('bookworm', ['gcc-arm-none-eabi', 'binutils-arm-none-eabi'])

const oldPackages = ['libc6', 'libstdc++6', 'libgcc-s1', 'zlib1g', 'libcrypt1', 'libc-bin']

/** The C library of Debian 11. */
export const oldLibc = async () =>
  join(await unpacked('bullseye', oldPackages), 'lib/x86_64-linux-gnu/libc.so.6')

/** Debian 11: glibc 2.31 and its libstdc++, with the cache its ldconfig writes. */
export async function oldGlibcImage(): Promise<Readable> {
  const root = await unpacked('bullseye', oldPackages)
  return tarOf(root, { busybox: await busybox(), ldconfig: true })
}

/** Debian 11 with a home that is closed to all but the user dev. */
export async function homedImage(): Promise<Readable> {
  const root = await unpacked('bullseye', oldPackages)
  return tarOf(root, { busybox: await busybox(), ldconfig: true, home: true })
}

/** Debian for another CPU: its C library and a shell. */
export async function arm64Image(): Promise<Readable> {
  const root = await unpacked('bookworm', ['libc6', 'busybox-static'], 'arm64')
  return tarOf(root, { busybox: join(root, 'bin/busybox') })
}

/** The folder's files with a busybox shell, as `POST /images/create` takes them. */
async function tarOf(
  root: string,
  {
    busybox: program,
    ldconfig = false,
    home = false,
  }: { readonly busybox: string; readonly ldconfig?: boolean; readonly home?: boolean },
): Promise<Readable> {
  const copy = await mkdtemp(join(tmpdir(), 'drydock-image-'))
  try {
    await run('cp', ['-a', `${root}/.`, copy])
    for (const folder of ['bin', 'tmp', 'etc', 'root', 'opt'])
      await mkdir(join(copy, folder), { recursive: true })
    await run('chmod', ['1777', join(copy, 'tmp')])
    await run('chmod', ['700', join(copy, 'root')])
    await writeFile(join(copy, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\ndev:x:1000:1000::/tmp:/bin/sh\n')
    await run('cp', ['-f', program, join(copy, 'bin/busybox')])
    for (const applet of ['sh', 'env', 'head', 'cat', 'true', 'printf', 'tr'])
      await run('ln', ['-sf', 'busybox', join(copy, 'bin', applet)])
    if (home) await run('install', ['-d', '-m', '700', '-o', '1000', '-g', '1000', join(copy, 'home/dev')])
    if (ldconfig) await run('ldconfig', ['-r', copy])
    const { stdout } = await run('tar', ['-c', '-C', copy, '.'], { encoding: 'buffer', maxBuffer: 1 << 28 })
    return Readable.from([stdout])
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

/** Imports an image with instructions such as `USER dev`, once. */
export async function importOnce(
  dockerHost: string,
  reference: string,
  make: () => Promise<NodeJS.ReadableStream>,
  { changes = [] }: { readonly changes?: readonly string[] } = {},
): Promise<void> {
  const socketPath = dockerHost.replace('unix://', '')
  if ((await askEngine(socketPath, 'GET', `/images/${reference}/json`)) === 200) return
  const [repo = '', tag = ''] = reference.split(':')
  const query = new URLSearchParams({ fromSrc: '-', repo, tag })
  for (const change of changes) query.append('changes', change)
  const status = await askEngine(socketPath, 'POST', `/images/create?${query}`, await make())
  if (status !== 200) throw new Error(`The engine refused to import ${reference}: ${status}`)
}

/** Loads an image whose architecture is not the engine's, which an import could not say; once. */
export async function loadOnce(
  dockerHost: string,
  reference: string,
  architecture: string,
  make: () => Promise<Readable>,
): Promise<void> {
  const socketPath = dockerHost.replace('unix://', '')
  if ((await askEngine(socketPath, 'GET', `/images/${reference}/json`)) === 200) return
  const layer = await buffer(await make())
  const digest = createHash('sha256').update(layer).digest('hex')
  const config = {
    architecture,
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  }
  const manifest = [{ Config: 'config.json', RepoTags: [reference], Layers: ['layer.tar'] }]
  const archive = pack()
  archive.entry({ name: 'config.json' }, JSON.stringify(config))
  archive.entry({ name: 'manifest.json' }, JSON.stringify(manifest))
  archive.entry({ name: 'layer.tar' }, layer)
  archive.finalize()
  const status = await askEngine(socketPath, 'POST', '/images/load?quiet=1', Readable.from(archive))
  if (status !== 200) throw new Error(`The engine refused to load ${reference}: ${status}`)
}
