import { StringDecoder } from 'node:string_decoder'

import { demultiplex } from './demultiplex.ts'
import type { ContainerState } from './port.ts'
import type { ReadyImage } from './pull-images.ts'
import type { RunningService } from './services.ts'
import type { Site } from './site.ts'

const defaultWaitSeconds = 30
const mostPorts = 20
const excerptLength = 64 * 1024

/** Seconds to wait for services; `undefined` = do not wait (docker-executor.md §0). */
export const waitSeconds = (configured: number): number | undefined =>
  configured < 0 ? undefined : configured === 0 ? defaultWaitSeconds : configured

/**
 * Waits side by side until each service listens on one of its ports. One that does not is shown with its log; the job
 * goes on in every case (§14.4).
 */
export async function waitForServices(
  site: Site,
  services: readonly RunningService[],
  probeImage: () => Promise<ReadyImage>,
  signal: AbortSignal,
): Promise<void> {
  const { docker, output } = site
  const seconds = waitSeconds(docker.wait_for_services_timeout)
  if (seconds === undefined || services.length === 0) return
  await output.plain(`Waiting for services to be up and running (timeout ${seconds} seconds)...`)
  await Promise.all(
    services.map(async (service) => {
      const problem = await problemOf(site, service, probeImage, seconds, signal)
      if (problem !== undefined) await showProblem(site, service, problem)
    }),
  )
}

async function problemOf(
  site: Site,
  service: RunningService,
  probeImage: () => Promise<ReadyImage>,
  seconds: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const ports = portsToCheck(service.state)
  if (ports.length === 0)
    return `service "${service.plan.service}" exposes no port, so nothing can be waited for`
  const { engine, clock, label, leftovers, base, hex } = site
  const name = `${base}-${hex}-${service.plan.service.replaceAll('/', '__')}-${service.plan.index}-wait-for-service`
  leftovers.noteContainer(name)
  const over = new AbortController()
  try {
    const id = await engine.createContainer({
      name,
      spec: {
        Image: (await probeImage()).reference,
        Entrypoint: listening(ports),
        Cmd: [],
        Labels: label('wait', { wait: service.id }),
        // Inside the service's own network: no name, no route and no program to dial with is needed.
        HostConfig: { NetworkMode: `container:${service.id}` },
      },
    })
    const { exitCode } = await engine.watchExit(id, 'next-exit', over.signal)
    await engine.startContainer(id)
    const timedOut = clock
      .sleep(seconds * 1000, AbortSignal.any([over.signal, signal]))
      .then(() => 'timeout' as const)
    const serviceEnded = engine
      .watchExit(service.id, 'not-running', over.signal)
      .then((watch) => watch.exitCode)
    const first = await Promise.race([
      exitCode,
      timedOut,
      serviceEnded.then((code) => `exited with ${code}` as const),
    ])
    if (first === 0) return undefined
    if (first === 'timeout') return `service "${service.plan.service}" timeout`
    return typeof first === 'number'
      ? `the check of service "${service.plan.service}" ended with ${first}`
      : `service "${service.plan.service}" ${first}`
  } catch (error) {
    signal.throwIfAborted()
    const now = await engine.inspectContainer(service.id)
    if (now?.running !== true)
      return `service "${service.plan.service}" exited with ${now?.exitCode ?? 'nothing'}`
    return error instanceof Error ? error.message : String(error)
  } finally {
    over.abort(new Error('the wait is over'))
    await engine.removeContainer(name, { volumes: true })
  }
}

/** One port named by the service's environment, else its exposed TCP ports, lowest first. */
export function portsToCheck({ env, ports }: Pick<ContainerState, 'env' | 'ports'>): readonly number[] {
  const named = env.findLast((entry) => /^HEALTHCHECK_TCP_PORT=\d+$/i.test(entry))
  if (named !== undefined) return [Number(named.split('=')[1])]
  return ports
    .filter((port) => !/\/(udp|sctp)$/.test(port))
    .map((port) => Number.parseInt(port, 10))
    .sort((a, b) => a - b)
    .slice(0, mostPorts)
}

/** Reads the kernel's table of sockets until one listens on a port, other than on loopback only. */
const listening = (ports: readonly number[]): readonly string[] => [
  'sh',
  '-c',
  `until
  for file in /proc/net/tcp /proc/net/tcp6; do
    [ -r $file ] || continue
    while read -r _ local _ state _; do
      case "$state $local" in
        "0A 0100007F:"* | "0A 00000000000000000000000001000000:"*) ;;
        ${ports.map((port) => `"0A "*:${port.toString(16).toUpperCase().padStart(4, '0')}`).join(' | ')}) exit 0 ;;
      esac
    done < $file
  done
  false
do sleep 0.1 2>/dev/null || sleep 1; done`,
]

const yellow = '\u001B[0;33m'
const reset = '\u001B[0;m'

async function showProblem(
  { engine, output }: Site,
  { plan, id }: RunningService,
  problem: string,
): Promise<void> {
  let log = ''
  try {
    const frames = await engine.readLogs(id, { follow: false, timestamps: true })
    const into = () => {
      const decoder = new StringDecoder()
      return async (chunk: Buffer) => void (log = (log + decoder.write(chunk)).slice(0, excerptLength))
    }
    await demultiplex(frames as AsyncIterable<Buffer>, { stdout: into(), stderr: into() })
  } catch (error) {
    log = `its log cannot be read: ${error instanceof Error ? error.message : String(error)}\n`
  }
  const stream = output.stream(1, 'E')
  await stream.write(
    [
      '',
      `${yellow}*** WARNING:${reset} Service ${plan.service} probably didn't start properly.`,
      '',
      `Health check error:`,
      problem,
      '',
      'Service container logs:',
      log.trimEnd(),
      '',
      `${yellow}*********${reset}`,
      '',
      '',
    ].join('\n'),
  )
  await stream.end()
}
