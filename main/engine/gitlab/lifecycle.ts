import { say } from '../../contract/sentences/say.ts'
import { isJson } from './answer.ts'
import type { Transport } from './http.ts'
import { jsonCall, readRefusal, readShape, type Refusal } from './json-call.ts'
import { NoAnswer } from './network-problem.ts'
import { clientInfo, type RunnerInfo } from './runner-info.ts'
import { resetDetails, runnerDetails, type IssuedToken } from './token-details.ts'

/** A runner that has just been registered. */
export type RegisterAnswer = ({ readonly kind: 'registered'; readonly id: number } & IssuedToken) | Refusal

/** How legacy registration describes the runner. Empty text and 0 are left to GitLab. */
export interface LegacyRegistration {
  readonly registrationToken: string
  readonly description: string
  readonly maintenanceNote: string
  readonly tags: readonly string[]
  readonly runUntagged: boolean
  readonly locked: boolean
  readonly accessLevel: '' | 'not_protected' | 'ref_protected'
  /** Seconds. */
  readonly maximumTimeout: number
  readonly paused: boolean
}

/** Exchanges a registration token for a runner (coordinator-api.md §4.1). GitLab 20 will know no such tokens. */
export async function registerRunner(
  transport: Transport,
  registration: LegacyRegistration,
  signal: AbortSignal,
): Promise<RegisterAnswer> {
  const { registrationToken, description, maintenanceNote, tags, accessLevel, maximumTimeout } = registration
  const json = {
    ...(description !== '' && { description }),
    ...(maintenanceNote !== '' && { maintenance_note: maintenanceNote }),
    ...(tags.length > 0 && { tag_list: tags.join(',') }),
    ...(accessLevel !== '' && { access_level: accessLevel }),
    ...(maximumTimeout > 0 && { maximum_timeout: maximumTimeout }),
    run_untagged: registration.runUntagged,
    locked: registration.locked,
    paused: registration.paused,
    info: clientInfo(),
    token: registrationToken,
  }
  const token = { header: 'Runner-Token', value: registrationToken } as const
  return jsonCall(transport, { method: 'POST', path: 'runners', token, json }, signal, async (response) => {
    if (response.status === 201) {
      const { id, token, token_expires_at: expiresAt } = await readShape(response, runnerDetails)
      return { kind: 'registered', id, token, expiresAt } as const
    }
    const { kind, problem } = await readRefusal(response)
    switch (response.status) {
      case 403:
        return { kind, problem: say('registration-unknown', { answer: problem }) }
      case 410:
        return {
          kind,
          problem: say('registration-off', { answer: problem }),
        }
      default:
        return { kind, problem }
    }
  })
}

/** Whether a runner's token is good. Only `removed` says that it is not. */
export type VerifyAnswer =
  | ({ readonly kind: 'valid'; readonly id: number } & IssuedToken)
  /** An old server says only that the token is good, not what it is of. */
  | { readonly kind: 'valid-without-details' }
  | { readonly kind: 'removed'; readonly problem: string }
  | { readonly kind: 'unavailable'; readonly problem: string }

/** The runner whose token is asked about. */
export interface VerifiedRunner {
  readonly token: string
  readonly systemId: string
  /** GitLab remembers it of this machine. */
  readonly info: RunnerInfo
}

/** Asks whether a token is good, and makes this machine known as a manager of the runner (coordinator-api.md §4.2). */
export async function verifyRunner(
  transport: Transport,
  { token, systemId, info }: VerifiedRunner,
  signal: AbortSignal,
): Promise<VerifyAnswer> {
  const request = {
    method: 'POST',
    path: 'runners/verify',
    token: { header: 'Runner-Token', value: token },
    json: { info, token, system_id: systemId },
  } as const
  return jsonCall(transport, request, signal, async (response): Promise<VerifyAnswer> => {
    switch (response.status) {
      case 200: {
        if (!isJson(response)) {
          await response.discard()
          return { kind: 'valid-without-details' }
        }
        const { id, token: current, token_expires_at: expiresAt } = await readShape(response, runnerDetails)
        return { kind: 'valid', id, token: current, expiresAt }
      }
      case 403:
        return { kind: 'removed', problem: (await readRefusal(response)).problem }
      default:
        return { kind: 'unavailable', problem: (await readRefusal(response)).problem }
    }
  })
}

export type UnregisterAnswer = { readonly kind: 'unregistered' } | Refusal

/** Deletes a legacy runner on the server (coordinator-api.md §4.3). */
export async function unregisterRunner(
  transport: Transport,
  token: string,
  signal: AbortSignal,
): Promise<UnregisterAnswer> {
  return remove(transport, 'runners', { token }, signal)
}

/** Removes this machine from the managers of a runner that was created in GitLab; the runner stays (§4.4). */
export async function unregisterManager(
  transport: Transport,
  { token, systemId }: { readonly token: string; readonly systemId: string },
  signal: AbortSignal,
): Promise<UnregisterAnswer> {
  return remove(transport, 'runners/managers', { token, system_id: systemId }, signal)
}

async function remove(
  transport: Transport,
  path: string,
  json: { readonly token: string; readonly system_id?: string },
  signal: AbortSignal,
): Promise<UnregisterAnswer> {
  const token = { header: 'Runner-Token', value: json.token } as const
  return jsonCall(
    transport,
    { method: 'DELETE', path, token, json, answers: false },
    signal,
    async (response) => {
      if (response.status !== 204) return readRefusal(response)
      await response.discard()
      return { kind: 'unregistered' } as const
    },
  )
}

/** `unclear`: GitLab has changed the token, and its answer is lost; the old token is good no more. */
export type ResetAnswer =
  | ({ readonly kind: 'reset' } & IssuedToken)
  | Refusal
  | { readonly kind: 'unclear'; readonly problem: string }

/** Gives a runner a new token in exchange for the current one (coordinator-api.md §4.5). */
export async function resetToken(
  transport: Transport,
  currentToken: string,
  signal: AbortSignal,
): Promise<ResetAnswer> {
  return reset(
    transport,
    { path: 'runners/reset_authentication_token', json: { token: currentToken }, secret: currentToken },
    signal,
  )
}

/** Gives a runner a new token on the word of a person who may administer it. */
export async function resetTokenByAccess(
  transport: Transport,
  { runnerId, accessToken }: { readonly runnerId: number; readonly accessToken: string },
  signal: AbortSignal,
): Promise<ResetAnswer> {
  const token = { header: 'Private-Token', value: accessToken } as const
  return reset(transport, { path: `runners/${runnerId}/reset_authentication_token`, token }, signal)
}

async function reset(
  transport: Transport,
  request: Pick<Parameters<typeof jsonCall>[1], 'path' | 'json' | 'token' | 'secret'>,
  signal: AbortSignal,
): Promise<ResetAnswer> {
  return jsonCall(
    transport,
    { method: 'POST', ...request },
    signal,
    async (response): Promise<ResetAnswer> => {
      if (response.status !== 201) return readRefusal(response)
      try {
        const { token, token_expires_at: expiresAt } = await readShape(response, resetDetails)
        return { kind: 'reset', token, expiresAt }
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error
        return {
          kind: 'unclear',
          problem: `GitLab has changed the token, but not said to what: ${error.message}`,
        }
      }
    },
  )
}
