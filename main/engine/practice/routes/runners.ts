import { z } from 'zod'

import { anyone, registrationToken, runnerManager, runnerOnly } from '../auth.ts'
import type { RunnerRecord } from '../records.ts'
import { badParameter, forbidden, invalid, notFound, Refusal } from '../refusal.ts'
import { readParams, row, type Call, type Reply } from '../route.ts'
import { mistakesIn } from '../runner-book.ts'
import { isSameToken } from '../tokens.ts'
import { accessLevel, settingsFrom, settingsParams } from './runner-params.ts'

const registration = z.object({ ...settingsParams, access_level: accessLevel })
const leaving = z.object({ system_id: z.string().nullish() })

/** What a runner does about itself (coordinator-api.md §4). */
export const runnerRoutes = [
  row('POST', '/api/v4/runners', registrationToken, register),
  row('POST', '/api/v4/runners/verify', runnerManager, (_, { runner }) => ({
    status: 200,
    body: detailsOf(runner),
  })),
  row('DELETE', '/api/v4/runners', runnerOnly, ({ gitlab }, runner) => {
    gitlab.runners.delete(runner)
    return { status: 204 }
  }),
  row('DELETE', '/api/v4/runners/managers', runnerOnly, removeManager),
  row('POST', '/api/v4/runners/reset_authentication_token', runnerManager, ({ gitlab }, { runner }) => {
    gitlab.runners.resetToken(runner)
    return { status: 201, body: resetResult(runner) }
  }),
  row('GET', '/api/v4/runners/router/discovery', anyone, () => {
    throw new Refusal(501, { message: '501 Not Implemented' })
  }),
]

/** The triple of registration and verify: here an expiry that is none is null. */
export const detailsOf = ({ id, token, tokenExpiresAt }: RunnerRecord) => ({
  id,
  token,
  token_expires_at: tokenExpiresAt === undefined ? null : new Date(tokenExpiresAt).toISOString(),
})

/** A new token: here an expiry that is none is absent. */
export const resetResult = ({ token, tokenExpiresAt }: RunnerRecord) => ({
  token,
  ...(tokenExpiresAt !== undefined && { token_expires_at: new Date(tokenExpiresAt).toISOString() }),
})

async function register(call: Call, token: string): Promise<Reply> {
  const { gitlab } = call
  if (!gitlab.behaviour.allowRegistrationTokens) {
    throw new Refusal(410, { message: '410 Gone - runner registration disallowed' })
  }
  const project = [...gitlab.projects.values()].find((one) => isSameToken(one.registrationToken, token))
  if (!project && !isSameToken(gitlab.registrationToken, token)) throw forbidden('invalid token supplied')
  const settings = settingsFrom(await readParams(call, registration))
  const mistakes = mistakesIn(settings)
  if (Object.keys(mistakes).length > 0) throw invalid(mistakes)
  const runner = gitlab.runners.create({
    type: project ? 'project_type' : 'instance_type',
    createdByApi: false,
    ...(project && { projects: [project.id] }),
    ...settings,
  })
  call.about.runner = runner.id
  return { status: 201, body: detailsOf(runner) }
}

async function removeManager(call: Call, runner: RunnerRecord): Promise<Reply> {
  const { system_id: systemId } = await readParams(call, leaving)
  if (systemId === undefined || systemId === null) throw badParameter('system_id is missing')
  if (!runner.managers.delete(systemId)) throw notFound('Runner Manager')
  return { status: 204 }
}
