import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Debian's development release: this machine's git is older than what `clone --revision` needs. */
const release = 'sid'
const packages = ['git', 'git-lfs', 'bash', 'dash', 'coreutils', 'findutils', 'tar', 'sed', 'grep']

/** Kept between runs: what is downloaded once need not be downloaded again. */
const kept = join(tmpdir(), 'drydock-newest-git')

/** An image with the newest git and git-lfs that Debian has, as `POST /images/create` takes it. */
export async function newestGitImage(): Promise<NodeJS.ReadableStream> {
  const root = await unpacked()
  const tar = spawn('tar', ['-c', '-C', root, '.'], { stdio: ['ignore', 'pipe', 'inherit'] })
  return tar.stdout
}

async function unpacked(): Promise<string> {
  const root = join(kept, 'root')
  if (await isThere(root)) return root
  await mkdir(kept, { recursive: true })
  const partial = await mkdtemp(join(kept, 'partial-'))
  try {
    for (const place of ['lists/partial', 'cache/archives/partial']) {
      await mkdir(join(partial, place), { recursive: true })
    }
    const keys = '/usr/share/keyrings/debian-archive-keyring.gpg'
    const { stdout: uris } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI)'])
    const mirror = uris.split('\n').find((uri) => uri.endsWith('/debian/'))
    if (mirror === undefined) throw new Error("apt knows no Debian mirror: this test needs Debian's packages")
    await writeFile(join(partial, 'sources.list'), `deb [signed-by=${keys}] ${mirror} ${release} main\n`)
    const options = {
      'Dir::Etc::SourceList': join(partial, 'sources.list'),
      'Dir::Etc::SourceParts': '/dev/null',
      'Dir::State::Lists': join(partial, 'lists'),
      // Nothing counts as installed, so that everything they need comes along.
      'Dir::State::status': '/dev/null',
      'Dir::Cache': join(partial, 'cache'),
    }
    const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    await run('apt-get', [...flags, 'update', '-q'], { maxBuffer: 1 << 24 })
    const wanted = ['install', '-y', '-q', '--no-install-recommends', '--download-only', ...packages]
    await run('apt-get', [...flags, ...wanted], { maxBuffer: 1 << 24 })
    await assemble(join(partial, 'root'), join(partial, 'cache/archives'))
    await rename(join(partial, 'root'), root)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return root
}

async function assemble(root: string, archives: string): Promise<void> {
  for (const folder of ['usr/bin', 'usr/sbin', 'usr/lib', 'usr/lib64', 'etc', 'root', 'tmp'])
    await mkdir(join(root, folder), { recursive: true })
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) await symlink(`usr/${folder}`, join(root, folder))
  for (const archive of await readdir(archives)) {
    if (archive.endsWith('.deb')) await run('dpkg-deb', ['-x', join(archives, archive), root])
  }
  await run('chmod', ['1777', join(root, 'tmp')])
  if (!(await isThere(join(root, 'usr/bin/sh')))) await symlink('dash', join(root, 'usr/bin/sh'))
  for (const heavy of ['usr/share/doc', 'usr/share/locale', 'usr/share/man', 'usr/share/info'])
    await rm(join(root, heavy), { recursive: true, force: true })
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\n')
  await writeFile(join(root, 'etc/group'), 'root:x:0:\n')
  // What `git lfs install --system` writes, as the package's own setup does.
  const lfs = [
    'clean = git-lfs clean -- %f',
    'smudge = git-lfs smudge -- %f',
    'process = git-lfs filter-process',
  ]
  await writeFile(
    join(root, 'etc/gitconfig'),
    `[filter "lfs"]\n${[...lfs, 'required = true'].map((line) => `\t${line}\n`).join('')}`,
  )
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
