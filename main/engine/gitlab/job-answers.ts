import type { Logger } from 'pino'

import { say } from '../../contract/sentences/say.ts'
import { describeRefusal, readJson } from './answer.ts'
import type { HttpResponse } from './http.ts'
import { heldBytes, readJobHeaders } from './job-headers.ts'
import { parseJob } from './payload.ts'
import type { JobAnswer, PatchAnswer, TlsFiles, UpdateAnswer } from './port.ts'
import { isRetried } from './retry-wait.ts'

/** To `POST jobs/request` (coordinator-api.md §5.3). @param tls what a job is to trust the server by. */
export async function readJobAnswer(response: HttpResponse, tls: () => TlsFiles): Promise<JobAnswer> {
  switch (response.status) {
    case 201: {
      const parsed = parseJob(await readJson(response))
      if (parsed.kind === 'unusable-job') return parsed
      if (parsed.kind === 'no-job') return { kind: 'unavailable', problem: parsed.problem, overloaded: false }
      return { ...parsed, correlationId: response.requestId, tls: tls() }
    }
    case 204:
    // Another runner took the job, or the queue was not searched to its end: nothing is wrong.
    case 409:
      await response.discard()
      return { kind: 'none' }
    case 403:
      return {
        kind: 'rejected',
        problem: say('gitlab-refuses-token', { answer: await describeRefusal(response) }),
      }
    default: {
      const overloaded = isRetried(response.status)
      return { kind: 'unavailable', problem: await describeRefusal(response), overloaded }
    }
  }
}

/** To `PUT jobs/:id` (§9.2). */
export async function readUpdateAnswer(response: HttpResponse, logger: Logger): Promise<UpdateAnswer> {
  const { isOver, ...headers } = readJobHeaders(response, logger)
  const plain = async (answer: UpdateAnswer) => {
    await response.discard()
    return answer
  }
  if (isOver) return plain({ kind: 'job-is-over' })
  switch (response.status) {
    case 200:
      return plain({ kind: 'accepted', ...headers })
    case 202:
      return plain({ kind: 'not-yet', ...headers })
    case 412:
      return plain({ kind: 'resend-log', ...headers })
    case 404:
      return plain({ kind: 'job-is-over' })
    default:
      return { kind: 'try-again', ...(await refusal(response)), ...headers }
  }
}

/** To `PATCH jobs/:id/trace` (§8.2). @param upTo bytes the server has if it took the piece. */
export async function readPatchAnswer(
  response: HttpResponse,
  upTo: number,
  logger: Logger,
): Promise<PatchAnswer> {
  const { isOver, ...headers } = readJobHeaders(response, logger)
  const plain = async (answer: PatchAnswer) => {
    await response.discard()
    return answer
  }
  if (isOver) return plain({ kind: 'job-is-over' })
  switch (response.status) {
    case 202:
      return plain({ kind: 'stored', upTo, ...headers })
    case 416:
      return plain({ kind: 'resend-from', offset: heldBytes(response), ...headers })
    case 404:
      return plain({ kind: 'not-found', ...headers })
    default:
      return { kind: 'try-again', ...(await refusal(response)), ...headers }
  }
}

async function refusal(response: HttpResponse) {
  const away = isRetried(response.status)
  return { problem: await describeRefusal(response), ...(away && { away }) }
}
