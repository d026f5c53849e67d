import { z } from 'zod'

import { runnerManager, runnerOnly } from '../auth.ts'
import type { RunnerRecord } from '../records.ts'
import { readParams, row, type Call, type Reply } from '../route.ts'

// The front proxy reads no more of a job request.
const bodyLimit = 32 * 1024

const params = z.object({
  last_update: z.string().nullish(),
  session: z
    .object({
      url: z.string().nullish(),
      certificate: z.string().nullish(),
      authorization: z.string().nullish(),
    })
    .nullish(),
})

/** Handing out jobs (coordinator-api.md §5). */
export const jobRequestRoutes = [
  row('POST', '/api/v4/jobs/request', (call) => runnerOnly(call, bodyLimit), answer),
]

async function answer(call: Call, runner: RunnerRecord): Promise<Reply> {
  const { gitlab, about } = call
  const { last_update: cursor } = await readParams(call, params)
  const detail = { kind: 'job-request', cursor: cursor ?? undefined, held: false } as const
  about.detail = detail

  // As the front proxy does it: who has seen the queue as it is waits for news, and hears only that there is some.
  const isCurrent = Boolean(cursor) && cursor === runner.queueValue?.value
  if (isCurrent && gitlab.behaviour.longPollSeconds > 0) {
    about.detail = { ...detail, held: true }
    await gitlab.runners.hold(runner, gitlab.behaviour.longPollSeconds, call.signal)
    return { status: 204 }
  }

  const { manager } = await runnerManager(call)
  const queueValue = gitlab.runners.queueValue(runner)
  const nothing = { status: 204, headers: { 'x-gitlab-last-update': queueValue } }
  if (runner.paused || (cursor && cursor === queueValue)) return nothing
  const picked = gitlab.jobs.pick(runner, manager)
  if (!picked) return nothing
  about.job = picked.job.id
  about.detail = { ...detail, handedOut: picked.job.id }
  return { status: 201, headers: { 'content-type': 'application/json' }, body: picked.body }
}
