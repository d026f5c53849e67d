import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { dataDirectory } from '../../engine/config/locations.ts'
import { connectDocker } from '../../engine/docker/connect.ts'
import { surroundings } from '../../engine/docker/endpoint.ts'
import { EngineUnreachable } from '../../engine/docker/engine-unreachable.ts'
import { startPracticeGitLab, type PracticeGitLab } from '../../engine/practice/practice-gitlab.ts'
import type { PracticeJob } from '../../engine/practice/views.ts'
import { buildPage } from '../build-page.ts'
import type { Terminal } from '../terminal.ts'
import { startEngine } from '../engine.ts'
import type { DemoRequest, RunningEngine } from '../engine-port.ts'
import { openBrowser } from '../open-browser.ts'
import { resourcesDirectory } from '../resources-directory.ts'
import { inspectToolchain, unpackDebianToolchain } from './cross-toolchain.ts'
import { demoConfig } from './demo-config.ts'
import { findAarch64Program } from './find-aarch64-program.ts'
import { providePracticeImages } from './practice-images.ts'
import { startPrivateEngine } from './private-engine.ts'
import { printJobLog } from './print-job-log.ts'

const project = 'practice/firmware'

/**
 * Sets up everything the main job needs and runs it: an engine, images without a compiler, a cross toolchain in a
 * folder, a small GitLab, a runner with a hand-written configuration.
 * @returns the exit code: 0 only when the job's artifact is an aarch64 ELF program.
 */
export async function playDemo(request: DemoRequest): Promise<number> {
  const { terminal } = request
  const say = (line: string) => void terminal.stdout.write(`${line}\n`)
  const folder = request.dataDir ?? join(dataDirectory(undefined, terminal.around), 'demo')
  await mkdir(folder, { recursive: true, mode: 0o711 })
  await using stack = new AsyncDisposableStack()

  if (request.ui) await buildPage(say)
  const { docker, dockerHost } = await findEngine(stack, join(folder, 'engine'), say)
  const images = await providePracticeImages(docker, say)
  const toolchain =
    request.toolchain === undefined
      ? await unpackDebianToolchain(join(folder, 'atlas500'), say)
      : await inspectToolchain(request.toolchain)
  say(`The toolchain is ${toolchain.folder}; the job gets it read-only, and no byte of it is copied.`)

  const address = await docker.hostAddress()
  const gitlab = stack.use(
    await startPracticeGitLab({
      directory: join(folder, 'gitlab'),
      clock: terminal.clock,
      ...(address !== undefined && { host: address }),
    }),
  )
  await gitlab.createProject({ path: project })
  await gitlab.push(project, join(resourcesDirectory(), 'sample-project'), {
    message: 'Add the sample firmware',
  })
  const { token } = gitlab.createRunner({ description: 'tangxin' })
  if (token === undefined) throw new Error('The practice GitLab gave its runner no token')

  const configFile = join(folder, 'config.toml')
  const cloneUrl = address === undefined ? gitlab.url.replace('127.0.0.1', 'host.docker.internal') : undefined
  await writeFile(
    configFile,
    demoConfig({ url: gitlab.url, token, toolchain, ...images, dockerHost, cloneUrl }),
    { mode: 0o600 },
  )
  say(`The practice GitLab is ${gitlab.url}; the runner's configuration is ${configFile}.\n`)

  const engine = await startEngine({
    terminal,
    origin: { kind: 'file', file: configFile },
    dataDir: join(folder, 'data'),
    practiceUrl: gitlab.url,
    ...(request.ui && { serve: { port: 0 } }),
  })
  stack.defer(() => engine.finishJobsThenStop())
  return await (request.ui
    ? showInBrowser(gitlab, engine, terminal, say)
    : runInTerminal(gitlab, terminal, say))
}

async function findEngine(stack: AsyncDisposableStack, folder: string, say: (line: string) => void) {
  try {
    const docker = await connectDocker({}, surroundings())
    stack.defer(() => docker.close())
    say(
      `Using the Docker engine at ${docker.about.endpoint} (${docker.about.version}), because ${docker.about.because}.`,
    )
    return { docker, dockerHost: undefined }
  } catch (error) {
    if (!(error instanceof EngineUnreachable)) throw error
    say(`${error.problem}.`)
  }
  const { host } = stack.use(await startPrivateEngine(folder, say))
  const docker = await connectDocker({ host }, surroundings())
  stack.defer(() => docker.close())
  return { docker, dockerHost: host }
}

async function runInTerminal(
  gitlab: PracticeGitLab,
  terminal: Terminal,
  say: (line: string) => void,
): Promise<number> {
  const { jobs } = await gitlab.createPipeline(project)
  const [first] = jobs
  if (first === undefined) throw new Error('The sample project has no job')
  const job = await printJobLog(gitlab, first.id, terminal)
  return judge(job, say)
}

async function judge(job: PracticeJob, say: (line: string) => void): Promise<number> {
  if (job.status !== 'success') {
    say(`\nThe job ended ${job.status}.`)
    return 1
  }
  const found = await findAarch64Program(job.artifacts.map(({ file }) => file))
  say(
    found === undefined
      ? '\nThe job produced no aarch64 ELF program.'
      : `\nProduced ${found.name}: ELF 64-bit, ARM aarch64, ${found.size} bytes.`,
  )
  return found === undefined ? 1 : 0
}

async function showInBrowser(
  gitlab: PracticeGitLab,
  engine: RunningEngine,
  terminal: Terminal,
  say: (line: string) => void,
): Promise<number> {
  say(`Drydock shows the job at\n  ${engine.url}\nCtrl-C ends the demo.`)
  if (engine.url !== undefined) openBrowser(engine.url)
  const { id } = await gitlab.createPipeline(project)
  await gitlab.waitForPipeline(id, terminal.interrupted).catch(() => {})
  if (!terminal.interrupted.aborted) {
    await new Promise((resolve) => terminal.interrupted.addEventListener('abort', resolve, { once: true }))
  }
  return 0
}
