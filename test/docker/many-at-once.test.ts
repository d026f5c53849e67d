import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import type { PracticeJob } from '../../main/engine/practice/practice-gitlab.ts'
import { leftOnEngine } from '../support/left-on-engine.ts'
import { type RunnerUnderTest, startRunner } from '../support/runner-under-test.ts'

const atOnce = 20
const busy = { tag: 'busy', jobs: 30 }
const others = [
  { tag: 'one', jobs: 6 },
  { tag: 'two', jobs: 6 },
  { tag: 'three', jobs: 6 },
]

/** Says when it began, and fails with 9 where another job works in the same folder meanwhile. */
const script = [
  'echo "begun at $(cut -d " " -f 1 /proc/uptime) in $CI_PROJECT_DIR"',
  'mkdir -p "$CI_PROJECT_DIR"; echo "$HOSTNAME $$" > "$CI_PROJECT_DIR/owner"',
  'sleep 2',
  'read -r owner < "$CI_PROJECT_DIR/owner"; [ "$owner" = "$HOSTNAME $$" ] || exit 9',
]

interface Run {
  readonly tag: string
  /** Place in the order of queueing, of hand-out and of the scripts' beginnings, from 0. */
  readonly queued: number
  readonly handedOut: number
  readonly begun: number
  readonly job: PracticeJob
}

let runner: RunnerUnderTest
let runs: readonly Run[]

beforeAll(async () => {
  runner = await startRunner({
    dockerHost: inject('dockerHost'),
    global: `concurrent = ${atOnce}\ncheck_interval = 1`,
    gitlab: { longPollSeconds: 0 },
    others: async (gitlab) =>
      [busy, ...others].map(({ tag }) => ({ name: tag, token: gitlab.createRunner({ tags: [tag] }).token })),
  })
  const { gitlab } = runner
  // The busy runner's whole queue lies before the first job of the others.
  const queue = [busy, ...others].flatMap(({ tag, jobs }) => Array.from({ length: jobs }, () => tag))
  const steps = [{ name: 'script', script, timeout: 600, when: 'on_success', allow_failure: false }]
  const ids = queue.map((tag) => gitlab.enqueue({ steps }, { tags: [tag] }).id)
  const jobs = await Promise.all(ids.map((id) => gitlab.waitForJob(id, 'finished')))
  const handedOut = placesOf(jobs, ({ events }) => events.find(({ type }) => type === 'job-handed-out')!.seq)
  const begun = placesOf(jobs, ({ log }) => Number(/begun at ([\d.]+)/.exec(log.toString())?.[1]))
  runs = jobs.map((job, queued) => ({
    job,
    queued,
    tag: queue[queued]!,
    handedOut: handedOut[queued]!,
    begun: begun[queued]!,
  }))
})
afterAll(() => runner[Symbol.asyncDispose]())

/** For each job, how many come before it. */
function placesOf(jobs: readonly PracticeJob[], by: (job: PracticeJob) => number): readonly number[] {
  const values = jobs.map(by)
  return values.map((value) => values.filter((other) => other < value).length)
}

describe(`${atOnce} jobs at once, of four runners with a queue each`, () => {
  it('all succeed, none in a folder that another works in', () => {
    expect(runs.map(({ job }) => [job.status, job.exitCode ?? 0])).toEqual(runs.map(() => ['success', 0]))
  })

  it("are taken in each queue's order", () => {
    for (const { tag } of [busy, ...others]) {
      const own = runs.filter((run) => run.tag === tag)
      expect(own.map(({ queued }) => queued)).toEqual(
        own.toSorted((a, b) => a.handedOut - b.handedOut).map(({ queued }) => queued),
      )
    }
  })

  it('leave every runner its turn, however long the queue of one is', () => {
    const shares = others.map(
      ({ tag }) => runs.filter((run) => run.tag === tag && run.handedOut < atOnce).length,
    )
    // Four queues share the first twenty places; a poll that came a little later costs one or two.
    for (const share of shares) expect(share).toBeGreaterThanOrEqual(3)
  })

  it('begin in the order they were taken, but for those that are prepared side by side', () => {
    const overtaken = runs.map(
      (run) => runs.filter((other) => other.handedOut > run.handedOut && other.begun < run.begun).length,
    )
    expect(Math.max(...overtaken)).toBeLessThan(atOnce)
  })

  it('leave nothing behind', async () => {
    await expect
      .poll(() => leftOnEngine(inject('dockerHost'), runner), { timeout: 60_000, interval: 1000 })
      .toEqual([])
  })
})
