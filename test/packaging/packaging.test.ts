import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

import { extractAll, listPackage, statFile } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { FuseState } from '@electron/fuses/dist/constants.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import configuration from '../../electron-builder.config.ts'
import { partsOf } from '../../resources/release/describe-release.ts'
import { updateServer, type Release } from '../support/update-server.ts'
import { packDesktop, stageInstallation } from './stage.ts'

const run = promisify(execFile)
const node = process.execPath

let home: string
let staged: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'drydock-packaging-'))
  staged = join(home, 'installed')
  await stageInstallation(staged)
}, 120_000)
afterAll(() => rm(home, { recursive: true, force: true }))

/** Nothing of the developer's environment. */
const bare = (folder: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: folder,
  CONFIG_FILE: join(folder, 'config.toml'),
  DRYDOCK_DATA_DIR: join(folder, 'data'),
  // No engine is wanted: nobody listens there.
  DOCKER_HOST: `unix://${join(folder, 'no.sock')}`,
  ...more,
})

async function folderOf(name: string): Promise<string> {
  const folder = join(home, name)
  await mkdir(folder)
  await writeFile(join(folder, 'config.toml'), 'concurrent = 1\n')
  return folder
}

describe('the bundled command line', () => {
  it('is started by the launcher, and says its version', async () => {
    const folder = await folderOf('version')
    const { stdout } = await run(join(staged, 'drydock'), ['--version'], { env: bare(folder) })
    expect(stdout).toMatch(/^Version: {6}\d+\.\d+\.\d+\n/)
  })

  it('is started by the name that npm gives it, through a link, as one process with its arguments and exit code', async () => {
    const folder = await folderOf('named')
    const named = join(folder, 'drydock')
    await symlink(join(staged, 'drydock.cjs'), named)
    const env = bare(folder, { PATH: `${dirname(node)}:${process.env['PATH']}` })
    const { stdout, stderr } = await run(named, ['--version'], { env })
    const wrong = await run(named, ['no such command'], { env }).catch((error: { code: number }) => error)
    const serving = spawn(named, ['serve'], { env })
    const ended = new Promise((resolve) => serving.on('exit', (code, signal) => resolve([code, signal])))
    await new Promise((resolve) => serving.stdout.once('data', resolve))
    serving.kill('SIGTERM')
    expect({ said: /^Version: {6}\d/.test(stdout), stderr, wrong, ended: await ended }).toMatchObject({
      said: true,
      stderr: '',
      wrong: { code: 1 },
      ended: [0, null],
    })
  })

  it('says what it needs where Node.js is too old', () => {
    const { stderr, status } = spawnSync(node, [join(staged, 'drydock.cjs'), '--version'], {
      encoding: 'utf8',
      env: { NODE_OPTIONS: `--require ${join(import.meta.dirname, 'old-node.cjs')}` },
    })
    expect([stderr, status]).toEqual([
      'drydock: Drydock needs Node.js 24 or newer (found v22.18.0); install it from https://nodejs.org.\n',
      1,
    ])
  })

  it('looks through a configuration', async () => {
    const folder = await folderOf('lint')
    await writeFile(join(folder, 'config.toml'), 'concurent = 1\n')
    const { stdout } = await run(node, [join(staged, 'dist/cli.js'), 'lint'], { env: bare(folder) }).catch(
      (error: { stdout: string }) => error,
    )
    expect(stdout).toContain('concurent')
  })

  it('serves its page and its health, with a history in SQLite, and ends when told to', async () => {
    const folder = await folderOf('serve')
    const child = spawn(node, [join(staged, 'dist/cli.js'), 'serve'], { env: bare(folder) })
    const ended = new Promise((resolve) => child.on('exit', resolve))
    const url = await new Promise<string>((resolve, reject) => {
      let [said, complained] = ['', '']
      child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()))
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const [, found] = /Drydock is at (\S+)\n/.exec(said) ?? []
        if (found !== undefined) resolve(found)
      })
      child.on('exit', () => reject(new Error(complained)))
    })
    const health = await (await fetch(new URL('/health', url))).json()
    const welcome = await fetch(url, { redirect: 'manual' })
    const cookie = (welcome.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const page = await (await fetch(new URL('/', url), { headers: { cookie } })).text()
    child.kill('SIGTERM')
    expect({
      health,
      page: page.includes('<script type="module"'),
      code: await ended,
      history: existsSync(join(folder, 'data/history.db')),
    }).toEqual({ health: { status: 'ok' }, page: true, code: 0, history: true })
  })

  it('has its threads beside it', async () => {
    const bundles = (await readdir(join(staged, 'dist'), { recursive: true })).filter((name) =>
      name.endsWith('.js'),
    )
    const named = await Promise.all(
      bundles.map(async (name) => {
        const text = await readFile(join(staged, 'dist', name), 'utf8')
        return [...text.matchAll(/new Worker\(new URL\("([^"]+)", import\.meta\.url\)/g)].map(
          ([, path = '']) => join(staged, 'dist', name, '..', path),
        )
      }),
    )
    const threads = named.flat()
    expect(threads.length).toBeGreaterThan(0)
    expect(threads.filter((file) => !existsSync(file))).toEqual([])
  })

  it('names nothing of the machine that built it', async () => {
    const root = join(import.meta.dirname, '../..')
    const names = (await readdir(join(staged, 'dist'), { recursive: true })).filter((name) =>
      name.endsWith('.js'),
    )
    const naming = await Promise.all(
      names.map(async (name) => (await readFile(join(staged, 'dist', name), 'utf8')).includes(`${root}/`)),
    )
    expect(names.filter((_, index) => naming[index])).toEqual([])
  })

  it('brings the licences of what it has swallowed', async () => {
    const lists = ['dist/third-party-licenses.md', 'dist/renderer/third-party-licenses.md']
    const texts = await Promise.all(lists.map((file) => readFile(join(staged, file), 'utf8')))
    const all = texts.flatMap(partsOf)
    const allowed = /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|Unlicense|BlueOak-1\.0\.0)$/
    const mayBePassedOn = (licence = '') => licence.split(' AND ').every((one) => allowed.test(one))
    const names = all.map(({ name }) => name)
    expect({
      missing: ['dockerode', 'undici', 'pino', 'zod', 'ws', 'electron-updater', 'react', 'recharts'].filter(
        (name) => !names.includes(name),
      ),
      // Says MIT in its license file alone.
      strange: all.filter(({ license }) => !mayBePassedOn(license)).map(({ name }) => name),
    }).toEqual({ missing: [], strange: ['ssh2'] })
  })
})

describe('the configuration', () => {
  it('names every format for both architectures, and no place that a build would publish to', () => {
    const formats = (['linux', 'mac', 'win'] as const).map((platform) => configuration[platform]?.target)
    const both = (target: string) => ({ target, arch: ['x64', 'arm64'] })
    expect([formats, configuration.publish]).toEqual([
      [[both('AppImage'), both('deb'), both('rpm')], [both('dmg'), both('zip')], [both('nsis')]],
      null,
    ])
  })
})

describe('the archive of npm', () => {
  it('holds what the command line runs, and nothing of development', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: staged })
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
    const top = files.map(({ path }) =>
      path
        .split('/')
        .slice(0, path.startsWith('resources') ? 2 : 1)
        .join('/'),
    )
    expect([...new Set(top)].sort()).toEqual([
      'dist',
      'drydock',
      'drydock.cjs',
      'package.json',
      'resources/practice-project',
      'resources/sample-project',
      'resources/service',
      'resources/tray',
    ])
  })
})

describe.each(['x64', 'arm64'] as const)('the desktop application for Linux on %s', (arch) => {
  let packed: string
  let archive: string
  beforeAll(async () => {
    packed = await packDesktop(staged, arch)
    archive = join(packed, 'resources/app.asar')
  }, 120_000)

  const content = () => listPackage(archive, { isPack: false }).map((path) => path.slice(1))

  it('holds what it runs, and nothing of development', () => {
    const files = content().filter((path) => !('files' in statFile(archive, path)))
    const folders = [...new Set(files.map((path) => path.split('/').slice(0, 2).join('/')))].sort()
    const strange = files.filter((path) =>
      /\.(tsx?|cts|map|c?sh|md|toml|lock|gyp|cc|cpp|h)$|(^|\/)(test|tests|docs|\.bin|\.git|main)\//.test(
        path,
      ),
    )
    expect({ folders: folders.filter((name) => !/^dist\/[a-z]+-worker\.js$/.test(name)), strange }).toEqual({
      folders: [
        'dist/desktop',
        'dist/preload',
        'dist/renderer',
        'dist/shared',
        'dist/third-party-licenses.md',
        'node_modules/better-sqlite3',
        'package.json',
        'resources/icons',
        'resources/practice-project',
        'resources/sample-project',
        'resources/tray',
      ],
      strange: [
        'dist/renderer/third-party-licenses.md',
        'dist/third-party-licenses.md',
        'resources/practice-project/README.md',
        'resources/practice-project/src/crc32.h',
        'resources/sample-project/README.md',
        'resources/sample-project/src/crc32.h',
      ],
    })
  })

  it('keeps the one native module and the resources outside the archive', async () => {
    const outside = content().filter(
      (path) => 'unpacked' in statFile(archive, path) && !path.startsWith('resources'),
    )
    const natives = outside.filter((path) => path.endsWith('.node'))
    const really = await readdir(join(packed, 'resources/app.asar.unpacked'), { recursive: true })
    expect({ natives, there: really.filter((name) => name.endsWith('.node')) }).toEqual({
      natives: [`node_modules/better-sqlite3/prebuilds/linux-${arch}.node`],
      there: [`node_modules/better-sqlite3/prebuilds/linux-${arch}.node`],
    })
    expect(really).toContain('resources/sample-project/.gitlab-ci.yml')
  })

  it('cannot be used as a Node.js, nor be given other code', async () => {
    const { version: _, ...wire } = await getCurrentFuseWire(join(packed, 'drydock-desktop'))
    const stateOf = (fuse: FuseV1Options) => (wire[fuse] === FuseState.ENABLE ? 'on' : 'off')
    expect({
      RunAsNode: stateOf(FuseV1Options.RunAsNode),
      EnableCookieEncryption: stateOf(FuseV1Options.EnableCookieEncryption),
      EnableNodeOptions: stateOf(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      EnableNodeCliInspect: stateOf(FuseV1Options.EnableNodeCliInspectArguments),
      EmbeddedAsarIntegrity: stateOf(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      OnlyLoadAppFromAsar: stateOf(FuseV1Options.OnlyLoadAppFromAsar),
      GrantFileProtocol: stateOf(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      RunAsNode: 'off',
      EnableCookieEncryption: 'on',
      EnableNodeOptions: 'off',
      EnableNodeCliInspect: 'off',
      EmbeddedAsarIntegrity: 'on',
      OnlyLoadAppFromAsar: 'on',
      GrantFileProtocol: 'off',
    })
  })

  it('speaks three languages and carries the licence of Electron', async () => {
    expect([
      (await readdir(join(packed, 'locales'))).sort(),
      await readFile(join(packed, 'LICENSE.electron.txt'), 'utf8'),
      existsSync(join(packed, 'resources/app-update.yml')),
    ]).toEqual([['en-US.pak', 'ko.pak', 'zh-CN.pak'], 'of Electron', false])
  })

  it.runIf(arch === process.arch)(
    'starts its engine and shows its page, in the order that Electron needs',
    async () => {
      const folder = await folderOf('first')
      const { diary, code } = await startPacked(archive, folder, async (asked) => {
        await asked(/^tray Drydock(?! is starting)/m)
        await asked(/^page/m)
      })
      const lines = diary.split('\n')
      const order = ['lock', 'scheme app', 'links drydock', 'ready', 'load app://drydock/', 'show', 'quit']
      const window = lines.find((line) => line.startsWith('window '))?.slice('window '.length) ?? '{}'
      expect({
        order: lines.filter((line) => order.includes(line)),
        page: lines.find((line) => line.startsWith('page')),
        window: JSON.parse(window) as unknown,
        code,
        history: existsSync(join(folder, 'data/history.db')),
        log: (await stat(join(folder, 'data/desktop.log'))).mode & 0o777,
        settings: JSON.parse(await readFile(join(folder, 'user-data/settings.json'), 'utf8')) as unknown,
      }).toMatchObject({
        order,
        page: 'page 200 text/html; charset=utf-8',
        window: { contextIsolation: true, sandbox: true, nodeIntegration: false, devTools: false },
        code: 0,
        history: true,
        log: 0o600,
        settings: { window: { width: 1280, height: 800 } },
      })
    },
  )

  it.runIf(arch === process.arch)('quits in order when the session ends', async () => {
    const folder = await folderOf('signalled')
    const { code, diary } = await startPacked(
      archive,
      folder,
      (asked) => asked(/^tray Drydock(?! is starting)/m),
      {},
      'SIGTERM',
    )
    expect([code, diary.trimEnd().split('\n').at(-1), diary.includes('asked')]).toEqual([0, 'quit', false])
  })

  it.runIf(arch === process.arch)(
    'joins a headless engine, again after its restart, and leaves it running',
    async () => {
      const folder = await folderOf('joined')
      const control = join(folder, 'data/control.json')
      const start = async () => {
        const started = spawn(node, [join(staged, 'dist/cli.js'), 'run'], { env: bare(folder) })
        while (!existsSync(control)) await new Promise((resolve) => setTimeout(resolve, 20))
        return started
      }
      let headless = await start()
      let before = ''
      const { code, diary } = await startPacked(archive, folder, async (asked) => {
        await asked(/^tray Drydock(?! is starting)/m)
        const ended = new Promise((resolve) => headless.on('exit', resolve))
        headless.kill('SIGTERM')
        await ended
        await asked(/^tray Drydock(?! is starting)[^]*^tray Drydock is starting/m)
        headless = await start()
        before = await readFile(control, 'utf8')
        await asked(
          /^tray Drydock is starting[^]*^tray Drydock is starting[^]*^tray Drydock(?! is starting)/m,
        )
      })
      const after = await readFile(control, 'utf8')
      const { stdout } = await run(node, [join(staged, 'dist/cli.js'), 'status'], { env: bare(folder) })
      headless.kill('SIGTERM')
      expect({ code, same: after === before, stdout, asked: diary.includes('asked') }).toEqual({
        code: 0,
        same: true,
        stdout: expect.stringContaining('0 of 1 jobs running') as string,
        asked: false,
      })
    },
  )

  it.runIf(arch === process.arch)('leaves everything alone as the second instance', async () => {
    const folder = await folderOf('second')
    const { diary, code } = await startPacked(archive, folder, async () => {}, {
      ELECTRON_IS_SECOND: '1',
    })
    expect([diary, code, await readdir(folder)]).toEqual(['lock\nexit 0\n', 0, ['config.toml', 'diary']])
  })
})

describe('a release that names its place', () => {
  const nextProgram = `#!/bin/sh\necho "started with \${APPIMAGE:-nothing old}" > "$0.started"\n`
  const next: Release = { version: '99.0.0', file: 'Drydock-linux.AppImage', content: nextProgram }

  let resources: string
  let port: number
  beforeAll(async () => {
    // Packed with the place where the test's server will be.
    await using place = await updateServer(undefined)
    port = Number(new URL(place.url).port)
    resources = join(await packDesktop(staged, process.arch as 'x64' | 'arm64', place.url), 'resources')
  }, 120_000)

  async function started(name: string, release: Release) {
    const folder = await folderOf(name)
    const program = join(folder, 'Drydock.AppImage')
    await writeFile(program, 'old')
    const environment = {
      APPIMAGE: program,
      ELECTRON_RESOURCES: resources,
      ELECTRON_APP_VERSION: '0.1.0',
      XDG_CACHE_HOME: join(folder, 'cache'),
    }
    const server = await updateServer(release, port)
    return { folder, program, environment, server }
  }

  it('has what the updater reads beside its archive', async () => {
    expect(parse(await readFile(join(resources, 'app-update.yml'), 'utf8'))).toEqual({
      provider: 'generic',
      url: `http://127.0.0.1:${port}`,
      updaterCacheDirName: 'drydock-updater',
    })
  })

  it('fetches the next one, restarts into it when told to, once the old one is gone', async () => {
    const { folder, program, environment, server } = await started('updated', next)
    await using _ = server
    const { code } = await startPacked(
      join(resources, 'app.asar'),
      folder,
      (asked) => asked(/^menu .*Restart with Drydock 99\.0\.0/m),
      environment,
      'Restart with Drydock 99.0.0',
    )
    while (!existsSync(`${program}.started`)) await new Promise((resolve) => setTimeout(resolve, 20))
    const said = await readFile(`${program}.started`, 'utf8')
    expect([code, await readFile(program, 'utf8'), said]).toEqual([
      0,
      nextProgram,
      'started with nothing old\n',
    ])
  })

  it('is replaced when it is quit, without being started again', async () => {
    const { folder, program, environment, server } = await started('replaced', next)
    await using _ = server
    const ready = (asked: (what: RegExp) => Promise<void>) => asked(/^menu .*Restart with Drydock 99\.0\.0/m)
    const { code } = await startPacked(join(resources, 'app.asar'), folder, ready, environment)
    expect([code, await readFile(program, 'utf8'), existsSync(`${program}.started`)]).toEqual([
      0,
      nextProgram,
      false,
    ])
  })

  it('stays as it is where the file was tampered with, or the feed leads off https', async () => {
    for (const [name, wrong, log] of [
      ['tampered', { sends: 'bad' }, /sha512 checksum mismatch/],
      [
        'led-away',
        { redirects: { [`/${next.file}`]: 'http://updates.invalid/evil' } },
        /updates\.invalid\/evil was not asked/,
      ],
    ] as const) {
      const { folder, program, environment, server } = await started(name, { ...next, ...wrong })
      await using _ = server
      const told = () => readFile(join(folder, 'data/desktop.log'), 'utf8').catch(() => '')
      const { diary } = await startPacked(
        join(resources, 'app.asar'),
        folder,
        async () => {
          while (!log.test(await told())) await new Promise((resolve) => setTimeout(resolve, 20))
        },
        environment,
      )
      expect([name, await readFile(program, 'utf8'), /Restart with/.test(diary)]).toEqual([
        name,
        'old',
        false,
      ])
    }
  })
})

/**
 * Runs the packed application in a plain Node.js, with a stand-in for Electron's own module.
 * @param until is given a function that waits for something to stand in the diary; then it is told to leave.
 * @param leaves an item of the tray's menu to click, or a signal.
 */
async function startPacked(
  archive: string,
  folder: string,
  until: (asked: (what: RegExp) => Promise<void>) => Promise<void>,
  environment: NodeJS.ProcessEnv = {},
  leaves: string = 'Quit',
) {
  const app = `${folder}-app`
  extractAll(archive, app)
  const electron = join(app, 'node_modules/electron')
  await mkdir(electron, { recursive: true })
  await cp(join(import.meta.dirname, 'electron-stand-in.js'), join(electron, 'index.js'))
  await writeFile(join(electron, 'package.json'), '{"name":"electron","type":"module","main":"index.js"}')
  await writeFile(
    join(app, 'start.js'),
    `import { becomeReady } from 'electron'\nawait import('./dist/desktop/main.js')\nbecomeReady()\n`,
  )
  // Says that there is a tray.
  const tools = `${folder}-tools`
  await mkdir(tools)
  await writeFile(join(tools, 'gdbus'), '#!/bin/sh\necho "(true,)"\n')
  await chmod(join(tools, 'gdbus'), 0o755)

  const diaryFile = join(folder, 'diary')
  const child = spawn(node, [join(app, 'start.js')], {
    env: bare(folder, {
      PATH: `${tools}:${process.env['PATH']}`,
      ELECTRON_DIARY: diaryFile,
      ELECTRON_USER_DATA: join(folder, 'user-data'),
      ...environment,
    }),
  })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const diary = () => readFile(diaryFile, 'utf8').catch(() => '')
  try {
    await until(async (what) => {
      const deadline = Date.now() + 50_000
      while (!what.test(await diary())) {
        if (Date.now() > deadline || child.exitCode !== null)
          throw new Error(`${what} never happened:\n${await diary()}\n${complaints}`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })
    if (leaves === 'SIGTERM') child.kill(leaves)
    else child.stdin.end(`${leaves}\n`)
    const code = await ended
    return { diary: await diary(), code }
  } finally {
    child.kill('SIGKILL')
  }
}
