import { StringDecoder } from 'node:string_decoder'

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
  const into = () => {
    // Chunks end anywhere, also within a character.
    const decoder = new StringDecoder()
    let rest = ''
    const write = async (text: string) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      if (lines.length > 0) await stream.write(lines.map((line) => `${prefix}${line}\n`).join(''))
    }
    return {
      add: (chunk: Buffer) => write(decoder.write(chunk)),
      end: async () => {
        rest += decoder.end()
        if (rest !== '') await write('\n')
      },
    }
  }
  const [out, err] = [into(), into()]
  try {
    const frames = await engine.readLogs(id, { follow: true, timestamps: true }, signal)
    signal.addEventListener('abort', () => frames.destroy(), { once: true })
    await demultiplex(frames as AsyncIterable<Buffer>, { stdout: out.add, stderr: err.add })
  } catch {
    // Interrupted, or the service has gone: what was read is in the log.
  }
  await out.end()
  await err.end()
  await stream.end()
}
