import { expect } from 'vitest'

import {
  startPracticeGitLab,
  type PracticeGitLab,
  type PracticeOptions,
} from '../../../main/engine/practice/practice-gitlab.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { turnedClock, type TurnedClock } from '../../support/turned-clock.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed where it is JSON, the text otherwise; undefined when empty. */
  readonly body: unknown
}

export interface Ask {
  /** Sent as JSON, or as it is when it is a text or bytes. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface Practice extends AsyncDisposable {
  readonly gitlab: PracticeGitLab
  readonly clock: TurnedClock
  /** A folder beside the server's own. */
  readonly scratch: string
  /** Asks the API: `path` comes after `/api/v4`. */
  readonly call: (method: string, path: string, ask?: Ask) => Promise<Answer>
  /** Asks for a job as a runner that can do everything does. */
  readonly requestJob: (token: string, more?: object) => Promise<Answer & { readonly body: HandedOut }>
  /** A job that runs, on a runner made for it. */
  readonly runningJob: (
    ...enqueue: Parameters<PracticeGitLab['enqueue']>
  ) => Promise<{ readonly id: number; readonly token: string }>
}

export interface HandedOut {
  readonly id: number
  readonly token: string
  readonly runner_info: { readonly timeout: number }
  readonly variables: readonly { readonly key: string; readonly value: string }[]
  readonly [key: string]: unknown
}

/** Resolves when a request is being held. */
export const held = ({ clock }: Practice) => expect.poll(() => clock.sleepers, { interval: 2 }).toBe(1)

export const allFeatures = Object.fromEntries(
  [
    'upload_multiple_artifacts',
    'artifacts_exclude',
    'fallback_cache_keys',
    'return_exit_code',
    'cancel_gracefully',
    'two_phase_job_commit',
  ].map((name) => [name, true]),
)
export const systemId = 's_0123456789ab'

export async function practice(options: Partial<PracticeOptions> = {}): Promise<Practice> {
  const clock = turnedClock()
  const folder = await tempDir()
  const gitlab = await startPracticeGitLab({ directory: `${folder.path}/server`, clock, ...options })

  async function call(
    method: string,
    path: string,
    { body, headers = {}, signal }: Ask = {},
  ): Promise<Answer> {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array
    const response = await fetch(`${gitlab.url}/api/v4${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      redirect: 'manual',
      ...(body !== undefined && { body: isRaw ? (body as BodyInit) : JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : isJson ? (JSON.parse(text) as unknown) : text,
    }
  }
  const requestJob = async (token: string, more: object = {}) => {
    const body = { token, system_id: systemId, info: { features: allFeatures }, ...more }
    return (await call('POST', '/jobs/request', { body })) as Answer & { body: HandedOut }
  }
  return {
    gitlab,
    clock,
    scratch: folder.path,
    call,
    requestJob,
    async runningJob(...enqueue) {
      const { id } = gitlab.enqueue(...enqueue)
      const { token } = (await requestJob(gitlab.createRunner().token)).body
      if (gitlab.job(id).waitsForRunner)
        await call('PUT', `/jobs/${id}`, { body: { token, state: 'running' } })
      return { id, token }
    },
    async [Symbol.asyncDispose]() {
      await gitlab[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** The part of an answer most tests compare. */
export const statusAndBody = ({ status, body }: Answer) => ({ status, body })
