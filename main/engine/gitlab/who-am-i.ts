import { z } from 'zod'

import type { Transport } from './http.ts'
import { jsonCall, readRefusal, readShape } from './json-call.ts'

/** Whose a personal access token is and what it may do, as far as it may tell. */
export type AccessAnswer =
  | {
      readonly kind: 'person'
      /** Absent where the token's scopes do not let it say. */
      readonly user: string | undefined
      readonly mayCreateRunners: boolean | undefined
      readonly version: string | undefined
    }
  | { readonly kind: 'refused'; readonly problem: string }
  | { readonly kind: 'unavailable'; readonly problem: string }

type Asked<T> =
  | { readonly kind: 'known'; readonly value: T }
  | { readonly kind: 'unknown' }
  | Extract<AccessAnswer, { kind: 'refused' | 'unavailable' }>

/** Only a token that is wrong or expired is refused; one that may not say a thing leaves that thing open. */
export async function whoAmI(
  transport: Transport,
  accessToken: string,
  signal: AbortSignal,
): Promise<AccessAnswer> {
  const token = { header: 'Private-Token', value: accessToken } as const
  const ask = <T extends z.ZodType>(path: string, shape: T): Promise<Asked<z.output<T>>> =>
    jsonCall(transport, { method: 'GET', path, token }, signal, async (response) => {
      if (response.status === 200) return { kind: 'known', value: await readShape(response, shape) } as const
      if (response.status === 403 || response.status === 404) {
        await response.discard()
        return { kind: 'unknown' } as const
      }
      return readRefusal(response)
    })
  const [self, user, version] = await Promise.all([
    ask('personal_access_tokens/self', z.object({ scopes: z.array(z.string()) })),
    ask('user', z.object({ username: z.string() })),
    ask('version', z.object({ version: z.string() })),
  ])
  for (const answer of [self, user]) {
    if (answer.kind === 'refused' || answer.kind === 'unavailable') return answer
  }
  const scopes = self.kind === 'known' ? self.value.scopes : undefined
  return {
    kind: 'person',
    user: user.kind === 'known' ? user.value.username : undefined,
    mayCreateRunners: scopes?.some((scope) => scope === 'api' || scope === 'create_runner'),
    version: version.kind === 'known' ? version.value.version : undefined,
  }
}
