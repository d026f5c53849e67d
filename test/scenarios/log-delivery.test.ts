import { describe, expect, inject, it } from 'vitest'

import { timestampOf } from '../../main/contract/log-timestamp.ts'
import type { PracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { attach } from '../../main/loopback/attach.ts'
import { startRunner, type RunnerUnderTest } from '../support/runner-under-test.ts'

const image = { name: 'drydock-test/busybox:1' }
const step = (...script: readonly string[]) => ({
  name: 'script',
  script,
  timeout: 600,
  when: 'on_success',
  allow_failure: false,
})
const noSources = { key: 'GIT_STRATEGY', value: 'none', public: true, masked: false }
const start = (gitlab: object = {}) =>
  startRunner({
    dockerHost: inject('dockerHost'),
    global: 'check_interval = 1',
    gitlab: { longPollSeconds: 0, ...gitlab },
  })

/** The log as this machine keeps it, read through the API as the screen does. */
async function readLocalLog({ engine }: RunnerUnderTest, signal: AbortSignal): Promise<string> {
  await using attached = await attach(engine.url ?? '')
  const [job] = (await attached.api.findJobs({ limit: 1 })).jobs
  let text = ''
  for await (const chunk of attached.api.watchLog({ id: job!.id, offset: 0 }, signal)) {
    text += chunk.text
    if (chunk.ended) break
  }
  return text
}

describe('the log', () => {
  it('is the output byte for byte, on GitLab and on this machine', async ({ signal }) => {
    await using runner = await start()
    const { gitlab } = runner
    const { id } = gitlab.enqueue({
      image,
      variables: [noSources, { key: 'FF_TIMESTAMPS', value: 'false', public: true, masked: false }],
      steps: [
        step('seq 1 60000; printf "\\t\\033[31mred\\033[0m 🚢\\rprogress\\r\\n\\nno newline at the end"'),
      ],
    })
    const job = await gitlab.waitForJob(id, 'success', signal)
    const output = `${Array.from({ length: 60_000 }, (_, at) => `${at + 1}\n`).join('')}\t\u001b[31mred\u001b[0m 🚢\rprogress\r\n\nno newline at the end`
    const log = job.log.toString()
    const from = log.indexOf('\u001b[0;m\n1\n') + '\u001b[0;m\n'.length
    expect(log.slice(from, from + output.length) === output).toBe(true)
    expect(log.slice(from + output.length)).toMatch(/^\n?section_end:\d+:step_script\r/)
    expect(job.logCheck).toBe('matches')
    expect((await readLocalLog(runner, signal)) === log).toBe(true)
  })

  it('begins to arrive within 4 s of being printed, while the job runs', async ({ signal }) => {
    await using runner = await start()
    const { gitlab } = runner
    const { id } = gitlab.enqueue({
      image,
      variables: [noSources],
      steps: [step('echo "first"" words"', 'sleep 8')],
    })
    const seenAt = await gitlab.until(() => {
      const { log, events } = gitlab.job(id)
      return log.includes('first words') ? events.findLast(({ type }) => type === 'log-grown')?.at : undefined
    }, signal)
    const { log, status } = gitlab.job(id)
    const line = log
      .toString()
      .split('\n')
      .find((text) => text.endsWith('first words'))
    const printedAt = Date.parse(timestampOf(line ?? '')?.time ?? '')
    expect(status).toBe('running')
    expect(seenAt - printedAt).toBeLessThanOrEqual(4000)
    await gitlab.waitForJob(id, 'success', signal)
  })
})

const outages: Readonly<Record<string, (gitlab: PracticeGitLab, forSeconds: number) => unknown>> = {
  'refuses connections': (gitlab, forSeconds) => gitlab.faults.refuse({ forSeconds }),
  'never answers': (gitlab, forSeconds) => gitlab.faults.hang({ forSeconds }),
  'cuts connections': (gitlab, forSeconds) => gitlab.faults.resetRequest({ forSeconds }),
  'loses its answers': (gitlab, forSeconds) => gitlab.faults.loseAnswer({ forSeconds }),
  'answers 502': (gitlab, forSeconds) => gitlab.faults.answer(502, { forSeconds }),
}

describe('nothing is lost where GitLab is away in mid-job and', () => {
  it.concurrent.for(Object.entries(outages))('%s', async ([, begin], { expect, signal }) => {
    await using runner = await start({ traceUpdateInterval: 1 })
    const { gitlab } = runner
    // The outage covers the middle of the first job and the end of none; the second job ends within another.
    for (const seconds of [12, 4]) {
      const { id } = gitlab.enqueue({
        image,
        variables: [noSources],
        steps: [step(`i=1; while [ $i -le ${seconds} ]; do echo "line $i"; sleep 1; i=$((i+1)); done`)],
      })
      await gitlab.until(() => (gitlab.job(id).log.includes('line 2') ? true : undefined), signal)
      await begin(gitlab, 8)
      const job = await gitlab.waitForJob(id, 'success', signal)
      const lines = job.log.toString().match(/(?<=^\S+ 01O )line \d+$/gm)
      expect({ lines, logCheck: job.logCheck }).toEqual({
        lines: Array.from({ length: seconds }, (_, at) => `line ${at + 1}`),
        logCheck: 'matches',
      })
    }
  })
})
