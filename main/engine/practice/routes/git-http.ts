import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { gitEnvironment } from '../git.ts'
import type { ProjectRecord } from '../records.ts'
import { Refusal } from '../refusal.ts'
import { row, type Call, type Reply } from '../route.ts'

/** Git over smart HTTP, for reading only: a job's token opens its own project while the job is at work. */
export const gitRoutes = [
  row('GET', '/*path.git/info/refs', reader, advertise),
  row('POST', '/*path.git/git-upload-pack', reader, uploadPack),
  row('POST', '/*path.git/git-receive-pack', reader, () => {
    throw pushRefused()
  }),
]

const askForPassword = () =>
  new Refusal(401, 'HTTP Basic: Access denied. The provided password or token is incorrect.\n', {
    'www-authenticate': 'Basic realm="GitLab"',
  })
const pushRefused = () => new Refusal(403, 'You are not allowed to upload code.\n')

function reader(call: Call): ProjectRecord {
  const { gitlab, request, params } = call
  const project = gitlab.projects.get(params['path'] ?? '')
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic === undefined) {
    if (project?.visibility === 'public') return project
    throw askForPassword()
  }
  const [user, ...rest] = Buffer.from(basic, 'base64').toString().split(':')
  const job = user === 'gitlab-ci-token' ? gitlab.jobs.byToken(rest.join(':')) : undefined
  if (!job) throw askForPassword()
  call.about.job = job.id
  if (!project) throw new Refusal(404, 'The project you were looking for could not be found.\n')
  if (job.project !== project && project.visibility !== 'public') {
    throw new Refusal(403, 'You are not allowed to download code from this project.\n')
  }
  return project
}

async function advertise(call: Call, project: ProjectRecord): Promise<Reply> {
  const service = call.url.searchParams.get('service')
  call.about.detail = { kind: 'git', service: service ?? 'none' }
  if (service === 'git-receive-pack') throw pushRefused()
  if (service !== 'git-upload-pack') throw new Refusal(403, 'Only smart HTTP is served.\n')
  const refs = startUploadPack(call, project, ['--advertise-refs'], Readable.from([]))
  // Protocol 2 says which service answers by itself; the older ones need the line before.
  const banner = protocolOf(call).includes('version=2') ? '' : '001e# service=git-upload-pack\n0000'
  return {
    status: 200,
    headers: { 'content-type': 'application/x-git-upload-pack-advertisement', 'cache-control': 'no-cache' },
    body: Readable.from(prefixed(banner, refs)),
  }
}

async function* prefixed(text: string, rest: Readable): AsyncGenerator<Buffer> {
  if (text) yield Buffer.from(text)
  yield* rest as AsyncIterable<Buffer>
}

function uploadPack(call: Call, project: ProjectRecord): Reply {
  const { request } = call
  call.about.detail = { kind: 'git', service: 'git-upload-pack' }
  const isZipped = /gzip/i.test(request.headers['content-encoding'] ?? '')
  return {
    status: 200,
    headers: { 'content-type': 'application/x-git-upload-pack-result', 'cache-control': 'no-cache' },
    body: startUploadPack(call, project, [], isZipped ? request.pipe(createGunzip()) : request),
  }
}

// What git may ask for here; anything else in the header is not handed to a program.
const protocolOf = ({ request }: Call) => {
  const asked = String(request.headers['git-protocol'] ?? '')
  return /^version=[0-2]$/.test(asked) ? asked : ''
}

// Runners fetch single commits and filtered histories from GitLab; by itself git refuses both.
const allowances = ['-c', 'uploadpack.allowAnySHA1InWant=true', '-c', 'uploadpack.allowFilter=true']

function startUploadPack(
  call: Call,
  { repository }: ProjectRecord,
  options: readonly string[],
  input: Readable,
) {
  const env = { ...gitEnvironment(), GIT_PROTOCOL: protocolOf(call) }
  const args = [...allowances, 'upload-pack', '--stateless-rpc', ...options, repository.directory]
  const git = spawn('git', args, {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
    signal: call.signal,
    killSignal: 'SIGKILL',
  })
  git.on('error', (error) => git.stdout.destroy(error))
  git.stdout.on('error', () => {}) // told to whoever reads it; nobody may be left when git is ended late
  git.stdin.on('error', () => {}) // git has heard enough
  input.once('error', () => git.stdin.destroy())
  input.pipe(git.stdin)
  return git.stdout
}
