import type { JobOutput } from '../job/ports.ts'
import { demultiplex } from './demultiplex.ts'
import type { DockerEngine } from './port.ts'
import type { RunningService } from './services.ts'

/**
 * Follows a service's log into the job's, each line with the service's names in grey (docker-executor.md §14.6). Ends
 * with the service or the signal; a log that cannot be read is no reason for a job to fail.
 */
export async function followService(
  engine: DockerEngine,
  output: JobOutput,
  { plan, id }: RunningService,
  signal: AbortSignal,
): Promise<void> {
  const stream = output.stream(15, 'O')
  const prefix = `\u001B[0;37m[service:${plan.asked.join('-')}]\u001B[0;m `
  let rest = ''
  const write = async (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) await stream.write(lines.map((line) => `${prefix}${line}\n`).join(''))
  }
  try {
    const frames = await engine.readLogs(id, { follow: true, timestamps: true }, signal)
    signal.addEventListener('abort', () => frames.destroy(), { once: true })
    await demultiplex(frames as AsyncIterable<Buffer>, { stdout: write, stderr: write })
  } catch {
    // Interrupted, or the service has gone: what was read is in the log.
  }
  if (rest !== '') await stream.write(`${prefix}${rest}\n`)
  await stream.end()
}
