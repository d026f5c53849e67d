import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { systemClock } from '../../main/engine/clock.ts'
import { parseConfig } from '../../main/engine/config/parse-config.ts'
import { startPracticeGitLab, type PracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { openDesk, type Desk } from './run-drydock.ts'

// Every step is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000 })

let gitlab: PracticeGitLab
let home: Desk

beforeAll(async () => {
  home = openDesk()
  gitlab = await startPracticeGitLab({ directory: join(home.folder, 'gitlab'), clock: systemClock })
})
afterAll(async () => {
  await gitlab[Symbol.asyncDispose]()
  home[Symbol.dispose]()
})

const createdRunner = (lifetime?: number) => {
  const { id, token } = gitlab.createRunner({
    description: 'made in GitLab',
    ...(lifetime !== undefined && { tokenLifetime: lifetime }),
  })
  if (token === undefined) throw new Error('The practice GitLab gave no token')
  return { id, token }
}
const runnersOf = (desk: Desk) => parseConfig(readFileSync(desk.config, 'utf8')).config?.runners ?? []
const register = (desk: Desk, token: string, ...more: string[]) =>
  desk.run([
    'register',
    '-n',
    '--url',
    gitlab.url,
    '--token',
    token,
    '--executor',
    'docker',
    '--docker-image',
    'alpine',
    ...more,
  ])
const dead = 'http://127.0.0.1:9'

describe('register', () => {
  it('verifies a token made in GitLab and writes the runner', async () => {
    using desk = openDesk()
    const { id, token } = createdRunner(86_400)
    const ran = await register(desk, token, '--name', 'mine', '--docker-volumes', '/opt/tools:/opt/tools:ro')
    expect(ran).toMatchObject({ code: 0, stdout: '' })
    expect(ran.stderr).toContain('Runner registered successfully')
    const [runner] = runnersOf(desk)
    expect({ ...runner, docker: undefined, cache: undefined }).toMatchObject({
      id,
      token,
      name: 'mine',
      url: gitlab.url,
      executor: 'docker',
    })
    expect(runner?.docker?.volumes).toEqual(['/opt/tools:/opt/tools:ro', '/cache'])
    const lifeSeconds = (runner!.token_expires_at!.getTime() - runner!.token_obtained_at!.getTime()) / 1000
    // What asking took is gone from it.
    expect(Math.ceil(lifeSeconds / 60)).toBe(24 * 60)
    expect(
      [desk.config, join(desk.folder, '.runner_system_id')].map((file) => statSync(file).mode & 0o777),
    ).toEqual([0o600, 0o600])
  })

  it('asks for what is missing, one line of input per question', async () => {
    using desk = openDesk()
    const { token } = createdRunner()
    const input = [gitlab.url, token, 'by hand', 'podman', 'docker', 'debian:13', ''].join('\n')
    const { code, stdout } = await desk.run(['register'], { input })
    expect(code).toBe(0)
    expect(stdout.match(/Enter .*(?=\n\[)/g)).toEqual([
      'Enter the GitLab instance URL (for example, https://gitlab.com/):',
      'Enter the registration token:',
      'Enter a name for the runner. This is stored only in the local config.toml file:',
      'Enter an executor: docker',
      'Enter an executor: docker',
      'Enter the default Docker image (for example, alpine:latest):',
    ])
    expect(runnersOf(desk).map(({ name, docker }) => [name, docker?.image])).toEqual([
      ['by hand', 'debian:13'],
    ])
  })

  it('exits with 1 and writes nothing when the input ends', async () => {
    using desk = openDesk()
    const { code, stderr } = await desk.run(['register'], { input: `${gitlab.url}\n` })
    expect([code, existsSync(desk.config)]).toEqual([1, false])
    expect(stderr).toContain('The input ended before every question was answered.')
  })

  it('exchanges a registration token, with a warning', async () => {
    using desk = openDesk()
    const { code, stderr } = await desk.run([
      'register',
      '-n',
      '-u',
      gitlab.url,
      '-r',
      gitlab.registrationToken,
      '--executor',
      'docker',
      '--docker-image',
      'alpine',
      '--name',
      'old way',
      '--tag-list',
      'docker, linux',
      '--locked=false',
      '--maximum-timeout',
      '900',
    ])
    expect([code, stderr.includes('Registration tokens are deprecated')]).toEqual([0, true])
    const [runner] = runnersOf(desk)
    expect(gitlab.runner(runner!.id)).toMatchObject({ description: 'old way', tags: ['docker', 'linux'] })
    expect(runner?.token).not.toBe(gitlab.registrationToken)
  })

  it('takes options from the environment, as containers do', async () => {
    using desk = openDesk()
    const { token } = createdRunner()
    const env = {
      REGISTER_NON_INTERACTIVE: 'true',
      CI_SERVER_URL: gitlab.url,
      CI_SERVER_TOKEN: token,
      RUNNER_NAME: 'env',
      RUNNER_EXECUTOR: 'docker',
      DOCKER_IMAGE: 'alpine',
      DOCKER_CAP_ADD: 'A, B',
      RUNNER_LIMIT: '1',
    }
    expect((await desk.run(['register'], { env })).code).toBe(0)
    const [runner] = runnersOf(desk)
    expect([runner?.name, runner?.limit, runner?.docker?.cap_add]).toEqual(['env', 1, ['A, B']])
  })

  it('fills in from a template what was not given', async () => {
    using desk = openDesk()
    const { token } = createdRunner()
    const template = join(desk.folder, 'template.toml')
    writeFileSync(
      template,
      '[[runners]]\n  name = "never"\n  limit = 3\n  [runners.docker]\n    image = "from-template"\n    privileged = true\n    volumes = ["/t"]\n',
    )
    const ran = await desk.run([
      'register',
      '-n',
      '-u',
      gitlab.url,
      '-t',
      token,
      '--executor',
      'docker',
      '--template-config',
      template,
      '--docker-privileged=false',
      '--limit',
      '1',
    ])
    expect(ran.code).toBe(0)
    const [runner] = runnersOf(desk)
    expect([
      runner?.name === 'never',
      runner?.limit,
      runner?.docker?.image,
      runner?.docker?.privileged,
      runner?.docker?.volumes,
    ]).toEqual([false, 1, 'from-template', true, ['/t', '/cache']])
  })

  it('keeps comments and order of the file it adds to', async () => {
    using desk = openDesk()
    const before = '# mine\nconcurrent = 3 # three\n\n[labels]\n  zone = "west"\n'
    writeFileSync(desk.config, before)
    await register(desk, createdRunner().token)
    expect(readFileSync(desk.config, 'utf8').startsWith(`${before}\n[[runners]]\n`)).toBe(true)
  })

  it.each([
    {
      why: 'GitLab refuses the token',
      args: ['--token', 'glrt-wrongwrongwrongwrong'],
      says: 'GitLab does not confirm the runner',
    },
    {
      why: 'GitLab refuses the registration token',
      args: ['-r', 'wrong'],
      says: 'GitLab does not register the runner',
    },
    {
      why: 'settings are given that GitLab keeps',
      args: ['--token', 'glrt-x', '--tag-list', 'a'],
      says: 'A runner created in GitLab has its settings there: --tag-list',
    },
    { why: 'the token is missing', args: [], says: 'The token is missing' },
    {
      why: 'the access level is none',
      args: ['--access-level', 'all'],
      says: 'There is no access level "all"',
    },
    { why: 'an option is unknown', args: ['--colour'], says: 'There is no option --colour.' },
  ])('exits with 1 and writes nothing when $why', async ({ args, says }) => {
    using desk = openDesk()
    const { code, stderr } = await desk.run([
      'register',
      '-n',
      '-u',
      gitlab.url,
      '--executor',
      'docker',
      '--docker-image',
      'a',
      ...args,
    ])
    expect([code, existsSync(desk.config)]).toEqual([1, false])
    expect(stderr).toContain(says)
  })

  it('takes a legacy runner out of GitLab again when a later step fails, unless told not to', async () => {
    using desk = openDesk()
    const before = gitlab.runners().length
    const failing = [
      'register',
      '-n',
      '-u',
      gitlab.url,
      '-r',
      gitlab.registrationToken,
      '--executor',
      'podman',
    ]
    const undone = await desk.run(failing)
    expect([undone.code, gitlab.runners().length]).toEqual([1, before])
    expect(undone.stderr).toContain('took the runner')
    const left = await desk.run([...failing, '--leave-runner'])
    expect([left.code, gitlab.runners().length]).toEqual([1, before + 1])
  })

  it('touches no file that is malformed', async () => {
    using desk = openDesk()
    writeFileSync(desk.config, 'concurrent = "4"\n')
    const { code, stderr } = await register(desk, createdRunner().token)
    expect([code, readFileSync(desk.config, 'utf8')]).toEqual([1, 'concurrent = "4"\n'])
    expect(stderr).toContain('config.toml:1:1: concurrent: concurrent must be a whole number, not text.')
  })
})

describe('verify', () => {
  it('exits with 0 when GitLab knows every runner, and cannot be told otherwise by a dead server', async () => {
    using desk = openDesk()
    await register(desk, createdRunner().token)
    expect((await desk.run(['verify'])).code).toBe(0)
    writeFileSync(desk.config, readFileSync(desk.config, 'utf8').replace(gitlab.url, dead))
    const { code, stderr } = await desk.run(['verify'])
    expect([code, stderr.includes('could not be asked')]).toEqual([0, true])
  })

  it('exits with 1 for a runner GitLab deleted; --delete removes it from the file', async () => {
    using desk = openDesk()
    const [kept, gone] = [createdRunner(), createdRunner()]
    await register(desk, kept.token, '--name', 'kept')
    await register(desk, gone.token, '--name', 'gone')
    gitlab.deleteRunner(gone.id)
    expect((await desk.run(['verify'])).code).toBe(1)
    expect(runnersOf(desk).length).toBe(2)
    expect((await desk.run(['verify', '--name', 'kept'])).code).toBe(0)
    expect((await desk.run(['verify', '--delete'])).code).toBe(0)
    expect(runnersOf(desk).map(({ name }) => name)).toEqual(['kept'])
  })

  it('exits with 1 when nothing matches; --url alone matches nothing', async () => {
    using desk = openDesk()
    await register(desk, createdRunner().token)
    expect((await desk.run(['verify', '--name', 'nobody'])).code).toBe(1)
    expect((await desk.run(['verify', '--url', gitlab.url])).code).toBe(1)
  })
})

describe('unregister', () => {
  it("removes this machine from a created runner's managers, and the entry; the runner stays", async () => {
    using desk = openDesk()
    const { id, token } = createdRunner()
    await register(desk, token, '--name', 'mine')
    expect((await desk.run(['unregister', '--name', 'mine'])).code).toBe(0)
    expect([runnersOf(desk), gitlab.runner(id).id]).toEqual([[], id])
  })

  it('leaves the file alone when GitLab cannot be told', async () => {
    using desk = openDesk()
    await register(desk, createdRunner().token, '--name', 'mine')
    writeFileSync(desk.config, readFileSync(desk.config, 'utf8').replace(gitlab.url, dead))
    const before = readFileSync(desk.config, 'utf8')
    expect((await desk.run(['unregister', '--name', 'mine'])).code).toBe(1)
    expect(readFileSync(desk.config, 'utf8')).toBe(before)
  })

  it('--all-runners keeps those that failed and exits with 0', async () => {
    using desk = openDesk()
    await register(desk, createdRunner().token, '--name', 'lost')
    writeFileSync(desk.config, readFileSync(desk.config, 'utf8').replace(gitlab.url, dead))
    await register(desk, createdRunner().token, '--name', 'found')
    expect((await desk.run(['unregister', '--all-runners'])).code).toBe(0)
    expect(runnersOf(desk).map(({ name }) => name)).toEqual(['lost'])
  })

  it('exits with 1 without a selector', async () => {
    using desk = openDesk()
    await register(desk, createdRunner().token)
    expect((await desk.run(['unregister'])).code).toBe(1)
  })
})

describe('reset-token', () => {
  it('puts the new token into the file, which works, and leaves no journal', async () => {
    using desk = openDesk()
    const { token } = createdRunner(86_400)
    await register(desk, token, '--name', 'mine')
    const { code, stderr } = await desk.run(['reset-token', '--name', 'mine'])
    const [runner] = runnersOf(desk)
    expect([code, runner?.token === token, stderr.includes('Updated')]).toEqual([0, false, true])
    expect([(await desk.run(['verify'])).code, stderr.includes(runner!.token)]).toEqual([0, false])
  })

  it('leaves the file alone when GitLab refuses', async () => {
    using desk = openDesk()
    const { id, token } = createdRunner()
    await register(desk, token, '--name', 'mine')
    gitlab.deleteRunner(id)
    const before = readFileSync(desk.config, 'utf8')
    expect((await desk.run(['reset-token', '-n', 'mine'])).code).toBe(1)
    expect(readFileSync(desk.config, 'utf8')).toBe(before)
  })

  it('asks with a personal access token by url and id', async () => {
    using desk = openDesk()
    const { id, token } = createdRunner()
    await register(desk, token)
    const pat = gitlab.createPersonalToken('api')
    const { code } = await desk.run(['reset-token', '-u', gitlab.url, '-i', String(id), '--pat', pat])
    expect([code, runnersOf(desk)[0]?.token === token]).toEqual([0, false])
  })
})

describe('list', () => {
  it('shows runners with short tokens on stderr, whole ones only when asked', async () => {
    using desk = openDesk()
    const { token } = createdRunner()
    await register(desk, token, '--name', 'mine')
    const [short, full, json] = await Promise.all([
      desk.run(['list']),
      desk.run(['list', '--full-tokens']),
      desk.run(['list', '--json']),
    ])
    expect(short.stderr).toContain(`Executor=docker Token=${token.slice(5, 14)} URL=${gitlab.url}`)
    expect([short.stderr.includes(token), full.stderr.includes(token), json.stdout.includes(token)]).toEqual([
      false,
      true,
      false,
    ])
    expect(JSON.parse(json.stdout)).toMatchObject([{ name: 'mine', executor: 'docker' }])
  })

  it('only warns of an unreadable file', async () => {
    using desk = openDesk()
    writeFileSync(desk.config, 'concurrent = \n')
    const { code, stderr } = await desk.run(['list'])
    expect([code, stderr.includes('WARNING')]).toEqual([0, true])
  })
})

describe('lint', () => {
  it.each([
    { file: 'concurrent = 1\n', code: 0, says: 'is valid.' },
    { file: 'concurrent = 1\nconcurent = 2\n', code: 1, says: 'there is no key concurent here' },
    { file: 'concurrent = "1"\n', code: 1, says: 'error: ' },
    { file: 'concurrent = \n', code: 1, says: ':1:' },
    {
      file: '[[runners]]\nurl = "https://x.example"\ntoken = "t"\nexecutor = "docker"\nenvironment = ["PATH=/x:$PATH"]\n[runners.docker]\nimage = "a"\nvolumes = ["/cache"]\n',
      code: 0,
      says: 'advice: ',
    },
  ])('of $file exits with $code', async ({ file, code, says }) => {
    using desk = openDesk()
    writeFileSync(desk.config, file, { mode: 0o600 })
    const ran = await desk.run(['lint'])
    expect([ran.code, ran.stdout.includes(says)]).toEqual([code, true])
    const json = JSON.parse((await desk.run(['lint', '--json'])).stdout) as { ok: boolean }
    expect(json.ok).toBe(code === 0)
  })

  it('exits with 1 for a missing file', async () => {
    using desk = openDesk()
    expect((await desk.run(['lint'])).code).toBe(1)
  })
})

describe('the command line', () => {
  it.each([
    { args: ['--version'], code: 0, says: 'Version:' },
    { args: ['-v'], code: 0, says: 'Version:' },
    { args: ['--help'], code: 0, says: 'Commands:' },
    { args: [], code: 0, says: 'Commands:' },
    { args: ['register', '--help'], code: 0, says: '--docker-image' },
    { args: ['dance'], code: 1, says: 'There is no command "dance"' },
    { args: ['list', 'extra'], code: 1, says: '"extra" is not expected here' },
    { args: ['--log-level', 'loud', 'list'], code: 1, says: 'There is no log level "loud"' },
    { args: ['--log-format', 'xml', 'list'], code: 1, says: 'There is no log format "xml"' },
    { args: ['run-single', '--url', 'https://x.example'], code: 1, says: 'A runner needs --token.' },
    { args: ['run-single', '-r', 'nobody'], code: 1, says: 'has no runner named "nobody"' },
  ])('drydock $args exits with $code', async ({ args, code, says }) => {
    using desk = openDesk()
    const ran = await desk.run(args)
    expect([ran.code, (ran.stdout + ran.stderr).includes(says)]).toEqual([code, true])
  })

  it('is interrupted in the middle of a registration and takes the runner out again', async () => {
    using desk = openDesk()
    const { token } = createdRunner()
    const requests: string[] = []
    const server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`)
      response.setHeader('Content-Type', 'application/json')
      response.statusCode = request.method === 'DELETE' ? 204 : 200
      response.end(request.method === 'DELETE' ? '' : JSON.stringify({ id: 1, token }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const child = desk.start(['register', '-u', url, '-t', token, '--executor', 'docker'])
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (chunk.includes('URL')) child.stdin.write('\n')
      if (chunk.includes('Enter a name')) child.kill('SIGINT')
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    server.close()
    expect([code, existsSync(desk.config), printed.includes('Enter a name')]).toEqual([1, false, true])
    expect(requests).toEqual(['POST /api/v4/runners/verify', 'DELETE /api/v4/runners/managers'])
  })
})
