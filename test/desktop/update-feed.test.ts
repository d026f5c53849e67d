import { readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { NodeHttpExecutor } from 'builder-util'
import electronUpdater from 'electron-updater'
import { ElectronHttpExecutor } from 'electron-updater/out/electronHttpExecutor.js'
import { afterEach, describe, expect, it } from 'vitest'

import { SteadyAppImageUpdater } from '../../main/desktop/appimage-updater.ts'
import { isSafeFromOthers, refusePlainHttp } from '../../main/desktop/only-https.ts'
import { openUpdateFeed } from '../../main/desktop/update-feed.ts'
import { fetchUpdates } from '../../main/desktop/updates.ts'
import { standInSquirrel } from '../support/squirrel.ts'
import { tempDir } from '../support/temp-dir.ts'
import { updateServer, type Release } from '../support/update-server.ts'

const appImage: Release = { version: '1.3.0', file: 'Drydock-linux-x64.AppImage', content: 'new program\n' }

afterEach(() => {
  delete process.env['APPIMAGE']
})

describe('an AppImage', () => {
  it('fetches what is newer, and has it in its own place when it quits, under the name it had', async () => {
    await using installed = await anInstallation(appImage)
    const before = await installed.look()
    installed.quits()
    expect([before, await installed.look()]).toEqual([
      { told: ['ready 1.3.0'], program: 'old program\n', folder: ['Drydock-1.2.0.AppImage'] },
      { told: ['ready 1.3.0'], program: 'new program\n', folder: ['Drydock-1.2.0.AppImage'] },
    ])
  })

  it('follows the feed and the file to where they have moved', async () => {
    await using elsewhere = await updateServer(appImage)
    const redirects = {
      '/latest-linux.yml': `${elsewhere.url}/new/latest-linux.yml`,
      '/latest-linux-arm64.yml': `${elsewhere.url}/new/latest-linux.yml`,
      '/Drydock-linux-x64.AppImage': `${elsewhere.url}/new/Drydock-linux-x64.AppImage`,
    }
    await using installed = await anInstallation({ ...appImage, redirects })
    installed.quits()
    expect((await installed.look()).program).toBe('new program\n')
  })

  it('keeps its program when the new one cannot be put beside it', async () => {
    await using installed = await anInstallation(appImage)
    // The place of the new file is taken, so it cannot be written.
    await mkdir(join(installed.folder, `.drydock-update-${process.pid}`, 'in-the-way'), { recursive: true })
    installed.quits()
    expect((await installed.look()).program).toBe('old program\n')
  })

  it.each<[string, Partial<Release> | undefined, RegExp | undefined]>([
    ['a file that was tampered with', { sends: 'bad program\n' }, /sha512 checksum mismatch/],
    ['a file that breaks off', { breaks: true }, /abort|checksum|reset|hang up/],
    ['a file without a hash', { description: 'version: 1.3.0\nfiles:\n  - url: x.AppImage\n' }, /checksum/],
    ['a description that is none', { description: ': [' }, /Cannot parse update info/],
    ['a description of nothing', { description: 'version: 1.3.0\n' }, /No files provided/],
    ['a version that is none', { version: 'newest' }, /semver/],
    ['the version it is', { version: '1.2.0' }, undefined],
    ['an older version', { version: '1.1.9' }, undefined],
    ['a prerelease', { version: '1.3.0-beta.1' }, undefined],
    ['a feed that is not there', undefined, /404/],
  ])('stays as it is for %s', async (_, wrong, problem) => {
    await using installed = await anInstallation(wrong && { ...appImage, ...wrong })
    installed.quits()
    const { told, program, folder } = await installed.look()
    expect({ program, folder, pending: installed.pending() }).toEqual({
      program: 'old program\n',
      folder: ['Drydock-1.2.0.AppImage'],
      pending: [],
    })
    expect(told).toEqual(problem === undefined ? [] : [expect.stringMatching(problem)])
  })
})

describe('an installation on Windows', () => {
  const setup: Release = { version: '1.3.0', file: 'Drydock-1.3.0-win-x64.exe', content: 'MZ new' }

  it('fetches what is newer', async () => {
    await using installed = await anInstallation(setup, { platform: 'win32' })
    expect([(await installed.look()).told, installed.pending()]).toEqual([
      ['ready 1.3.0'],
      ['Drydock-1.3.0-win-x64.exe', 'update-info.json'],
    ])
  })

  it.each([
    ['that was tampered with', { sends: 'MZ bad' }, null, /sha512 checksum mismatch/],
    ['that another has signed', {}, 'signed by CN=Evil', /not signed by the application owner/],
  ])('refuses a file %s', async (_, wrong, signature, problem) => {
    await using installed = await anInstallation({ ...setup, ...wrong }, { platform: 'win32', signature })
    expect([(await installed.look()).told, installed.pending()]).toEqual([
      [expect.stringMatching(problem)],
      [],
    ])
  })
})

describe('an installation on macOS', () => {
  const zip: Release = { version: '1.3.0', file: 'Drydock-1.3.0-mac-x64.zip', content: 'PK new' }

  it("hands what is newer to the system's updater, which installs it when told to", async () => {
    using squirrel = standInSquirrel()
    await using installed = await anInstallation(zip, { platform: 'darwin' })
    void installed.restart()
    const before = [...squirrel.did]
    squirrel.judges()
    expect([(await installed.look()).told, before, squirrel.did]).toEqual([
      ['ready 1.3.0'],
      ['fetched PK new'],
      ['fetched PK new', 'installed'],
    ])
  })

  it.each(['before', 'after'])(
    'goes on where the signature is refused %s somebody restarts',
    async (when) => {
      using squirrel = standInSquirrel()
      await using installed = await anInstallation(zip, { platform: 'darwin' })
      const refused = () => squirrel.judges('code signature did not pass validation')
      if (when === 'before') refused()
      const restarted = installed.restart()
      if (when === 'after') refused()
      await expect(restarted).rejects.toThrow('code signature did not pass validation')
      expect(squirrel.did).toEqual(['fetched PK new'])
    },
  )

  it('hands over nothing that was tampered with', async () => {
    using squirrel = standInSquirrel()
    await using installed = await anInstallation({ ...zip, sends: 'PK bad' }, { platform: 'darwin' })
    expect([(await installed.look()).told, squirrel.did]).toEqual([
      [expect.stringMatching(/sha512 checksum mismatch/)],
      [],
    ])
  })
})

describe('updates come over https', () => {
  it.each([
    ['https://updates.example.com/latest.yml', true],
    ['http://127.0.0.1:8080/latest.yml', true],
    ['http://localhost:8080/latest.yml', true],
    ['http://[::1]/latest.yml', true],
    ['http://updates.example.com/latest.yml', false],
    ['http://127.0.0.1.evil.example/latest.yml', false],
    ['http://localhost.evil.example/', false],
    ['http://10.0.0.1/latest.yml', false],
    ['ftp://127.0.0.1/latest.yml', false],
    ['file:///tmp/latest.yml', false],
    ['', false],
  ])('%s: %s', (url, isSafe) => expect(isSafeFromOthers(url)).toBe(isSafe))

  it('in every request of their session, redirected ones too', () => {
    const refused: string[] = []
    const cancelled: boolean[] = []
    const urls = ['https://updates.example.com/a', 'http://updates.example.com/a']
    const webRequest = {
      onBeforeRequest: (listener: Parameters<RefusedSession['onBeforeRequest']>[0]) => {
        for (const url of urls) listener({ url }, ({ cancel }) => cancelled.push(cancel))
      },
    }
    refusePlainHttp({ webRequest }, (url) => refused.push(url))
    expect([cancelled, refused]).toEqual([[false, true], ['http://updates.example.com/a']])
  })

  type RefusedSession = Parameters<typeof refusePlainHttp>[0]['webRequest']
})

interface Circumstances {
  readonly platform?: 'linux' | 'win32' | 'darwin'
  /** What is wrong with the signature; null when nothing is. */
  readonly signature?: string | null
}

/** Version 1.2.0 on a disk, which has looked for updates once with electron-updater's own updater. */
async function anInstallation(
  release: Release | undefined,
  { platform = 'linux', signature = null }: Circumstances = {},
) {
  const home = await tempDir()
  const server = await updateServer(release)
  const folder = join(home.path, 'programs')
  const program = join(folder, 'Drydock-1.2.0.AppImage')
  await mkdir(folder)
  await writeFile(program, 'old program\n')
  process.env['APPIMAGE'] = program
  const description = { provider: 'generic', url: server.url, updaterCacheDirName: 'drydock-updater' }
  await writeFile(
    join(home.path, 'app-update.yml'),
    JSON.stringify({ ...description, publisherName: ['CN=Drydock'] }),
  )
  const atQuit: ((code: number) => void)[] = []
  const app = {
    version: '1.2.0',
    name: 'drydock',
    isPackaged: true,
    appUpdateConfigPath: join(home.path, 'app-update.yml'),
    userDataPath: join(home.path, 'user-data'),
    baseCachePath: join(home.path, 'cache'),
    whenReady: async () => {},
    relaunch: () => {},
    quit: () => {},
    onQuit: (handler: (code: number) => void) => void atQuit.push(handler),
  }
  const { NsisUpdater, MacUpdater } = electronUpdater
  const updater = new { linux: SteadyAppImageUpdater, win32: NsisUpdater, darwin: MacUpdater }[platform](
    undefined,
    app,
  )
  if (updater instanceof NsisUpdater) updater.verifyUpdateCodeSignature = async () => signature
  // Electron's network is not there; Node's stands in.
  const download: unknown = Reflect.get(ElectronHttpExecutor.prototype, 'download')
  Reflect.set(updater, 'httpExecutor', Object.assign(new NodeHttpExecutor(), { download }))
  Reflect.set(updater, '_testOnlyOptions', { platform, isUseDifferentialDownload: false })
  const told: string[] = []
  const stop = new AbortController()
  const feed = openUpdateFeed(updater, new electronUpdater.NoOpLogger())
  await fetchUpdates(
    {
      feed,
      currentVersion: app.version,
      isWanted: () => true,
      clock: { now: () => 0, monotonic: () => 0, sleep: async () => stop.abort() },
      onReady: (version) => told.push(`ready ${version}`),
      onProblem: (error) => told.push((error as Error).message),
    },
    stop.signal,
  )
  return {
    folder,
    restart: () => feed.restart(),
    quits: () => {
      for (const handler of atQuit) handler(0)
    },
    pending: () => {
      try {
        return readdirSync(join(home.path, 'cache/drydock-updater/pending')).sort()
      } catch {
        return []
      }
    },
    look: async () => ({
      told,
      program: await readFile(program, 'utf8'),
      folder: readdirSync(folder).filter((name) => !name.startsWith('.')),
    }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await home[Symbol.asyncDispose]()
    },
  }
}
