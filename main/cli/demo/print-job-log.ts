import { createLogParser, type LogEvent } from '../../contract/log-sections.ts'
import type { PracticeGitLab } from '../../engine/practice/practice-gitlab.ts'
import type { PracticeJob } from '../../engine/practice/views.ts'
import type { Terminal } from '../terminal.ts'

const isOver = ({ status }: PracticeJob) =>
  status === 'success' || status === 'failed' || status === 'canceled'

/**
 * Prints a job's log as GitLab receives it, until the job is over: colours as the job made them, without section
 * markers and timestamps.
 */
export async function printJobLog(
  gitlab: PracticeGitLab,
  id: number,
  { stdout, interrupted }: Terminal,
): Promise<PracticeJob> {
  const parser = createLogParser()
  const decoder = new TextDecoder()
  const print = linesTo((line) => stdout.write(`${line}\n`))
  for (let received = 0; ;) {
    const news = () => {
      const job = gitlab.job(id)
      return job.log.length > received || isOver(job) ? job : undefined
    }
    const job = await gitlab.until(news, interrupted)
    print(parser.push(decoder.decode(job.log.subarray(received), { stream: true })))
    received = job.log.length
    if (!isOver(job)) continue
    print(parser.end())
    print.rest()
    return job
  }
}

/** A line may still grow while it is the last one, so it is printed when the next begins. */
function linesTo(write: (line: string) => void) {
  let last: { readonly index: number; readonly text: string } | undefined
  const print = (events: readonly LogEvent[]) => {
    for (const event of events) {
      if (event.type !== 'line') continue
      if (last !== undefined && event.index > last.index) write(last.text)
      if (last === undefined || event.index >= last.index)
        last = { index: event.index, text: event.line.text }
    }
  }
  return Object.assign(print, { rest: () => last !== undefined && write(last.text) })
}
