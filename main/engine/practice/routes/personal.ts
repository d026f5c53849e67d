import { z } from 'zod'

import { personal } from '../auth.ts'
import { badParameter, badRequest, invalid, notFound } from '../refusal.ts'
import { readParams, row, type Call, type Reply } from '../route.ts'
import { mistakesIn } from '../runner-book.ts'
import type { ProjectRecord, RunnerRecord } from '../records.ts'
import { detailsOf, resetResult } from './runners.ts'
import { settingsFrom, settingsParams } from './runner-params.ts'
import { groupsOf } from './groups.ts'
import { describeRunner } from './runner-description.ts'

const manages = personal('api', 'manage_runner')
const anyScope = personal('api', 'read_api', 'read_user', 'create_runner', 'manage_runner')
const creation = z.object({
  ...settingsParams,
  runner_type: z.enum(['instance_type', 'group_type', 'project_type']),
  group_id: z.int().nullish(),
  project_id: z.int().nullish(),
})
const edit = z.object(settingsParams)

/** What a personal access token may do. */
export const personalRoutes = [
  row('POST', '/api/v4/user/runners', personal('api', 'create_runner'), createRunner),
  row('GET', '/api/v4/runners/:id', personal('api', 'read_api', 'manage_runner'), (call) => {
    const { gitlab } = call
    return {
      status: 200,
      body: describeRunner(runnerNamed(call), gitlab.projects.values(), gitlab.clock.now()),
    }
  }),
  row('GET', '/api/v4/runners/:id/managers', personal('api', 'read_api', 'manage_runner'), (call) => ({
    status: 200,
    body: [...runnerNamed(call).managers].map(([systemId, { contactedAt }], index) => ({
      id: index + 1,
      system_id: systemId,
      contacted_at: new Date(contactedAt).toISOString(),
      ip_address: '127.0.0.1',
      status: 'online',
    })),
  })),
  row('PUT', '/api/v4/runners/:id', manages, editRunner),
  row('DELETE', '/api/v4/runners/:id', manages, (call) => {
    call.gitlab.runners.delete(runnerNamed(call))
    return { status: 204 }
  }),
  row('POST', '/api/v4/runners/:id/reset_authentication_token', manages, (call) => {
    const runner = runnerNamed(call)
    call.gitlab.runners.resetToken(runner)
    return { status: 201, body: resetResult(runner) }
  }),
  row('GET', '/api/v4/projects/:project/jobs/:id', personal('api', 'read_api'), (call) => {
    const { project, id } = call.params
    const job = call.gitlab.jobs.get(Number(id))
    const owner = job?.project
    if (job === undefined || (owner !== undefined && ![String(owner.id), owner.path].includes(project ?? '')))
      throw notFound()
    return {
      status: 200,
      body: { id: job.id, name: job.name, stage: job.stage, status: job.status, tag_list: job.tags },
    }
  }),
  row('GET', '/api/v4/version', personal('api', 'read_api', 'read_user'), ({ gitlab }) => ({
    status: 200,
    body: { version: gitlab.address.version, revision: gitlab.address.revision },
  })),
  row('GET', '/api/v4/personal_access_tokens/self', anyScope, (call) => ({
    status: 200,
    body: { id: 1, name: 'practice', active: true, revoked: false, scopes: scopesOf(call) },
  })),
  row('GET', '/api/v4/user', personal('api', 'read_api', 'read_user'), () => ({
    status: 200,
    body: {
      id: 1,
      username: 'practice',
      name: 'Practice User',
      state: 'active',
      email: 'practice@localhost',
    },
  })),
]

function runnerNamed(call: Call): RunnerRecord {
  const id = Number(call.params['id'])
  if (!Number.isSafeInteger(id)) throw badParameter('id is invalid')
  const runner = call.gitlab.runners.get(id)
  if (!runner) throw notFound()
  call.about.runner = id
  return runner
}

const scopesOf = ({ request, gitlab }: Call) => [
  ...(gitlab.personalTokens.get(String(request.headers['private-token'])) ?? []),
]

async function createRunner(call: Call): Promise<Reply> {
  const { gitlab } = call
  const params = await readParams(call, creation)
  const settings = settingsFrom(params)
  const scope = scopeOf(params, [...gitlab.projects.values()])
  const mistakes = Object.entries(mistakesIn(settings)).flatMap(([field, texts]) =>
    texts.map((text) => `${inWords(field)} ${text}`),
  )
  if (mistakes.length > 0) throw badRequest(mistakes.join(' and '))
  const runner = gitlab.runners.create({
    type: params.runner_type,
    createdByApi: true,
    ...scope,
    ...settings,
  })
  call.about.runner = runner.id
  return { status: 201, body: detailsOf(runner) }
}

const inWords = (field: string) => field.charAt(0).toUpperCase() + field.slice(1).replaceAll('_', ' ')

/** The project or group a runner is for. */
function scopeOf(
  { runner_type: type, project_id: projectId, group_id: groupId }: z.output<typeof creation>,
  projects: readonly ProjectRecord[],
) {
  switch (type) {
    case 'instance_type':
      return {}
    case 'project_type': {
      if (projectId === undefined || projectId === null) throw badParameter('project_id is missing')
      if (!projects.some(({ id }) => id === projectId)) throw badRequest('Missing/invalid scope')
      return { projects: [projectId] }
    }
    case 'group_type': {
      if (groupId === undefined || groupId === null) throw badParameter('group_id is missing')
      const group = groupsOf(projects)[groupId - 1]
      if (group === undefined) throw badRequest('Missing/invalid scope')
      return { group }
    }
  }
}

async function editRunner(call: Call): Promise<Reply> {
  const { gitlab } = call
  const runner = runnerNamed(call)
  const params = await readParams(call, edit)
  const settings = settingsFrom(params)
  if (Object.values(settings).every((value) => value === undefined)) {
    const names = Object.keys(settingsParams).join(', ')
    throw badParameter(`${names} are missing, at least one parameter must be provided`)
  }
  const { tags, runUntagged } = runner
  const mistakes = mistakesIn({
    ...settings,
    tags: settings.tags ?? tags,
    runUntagged: settings.runUntagged ?? runUntagged,
  })
  if (Object.keys(mistakes).length > 0) throw invalid(mistakes)
  gitlab.runners.edit(runner, settings)
  return { status: 200, body: describeRunner(runner, gitlab.projects.values(), gitlab.clock.now()) }
}
