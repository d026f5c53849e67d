import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import type { NewProject } from '../../../main/engine/practice/projects.ts'
import { practice, type HandedOut, type Practice } from './kit.ts'

/** A pipeline of `text`, and a runner that works through it job by job. */
async function pipelineOf(
  server: Practice,
  text: string,
  { ref = 'main', ...project }: Partial<NewProject> & { ref?: string } = {},
) {
  const { gitlab, scratch, call, requestJob } = server
  const folder = join(scratch, 'folder')
  await mkdir(folder)
  await writeFile(join(folder, '.gitlab-ci.yml'), text)
  const { id: projectId } = await gitlab.createProject({ path: 'acme/shop', ...project })
  const sha = await gitlab.push('acme/shop', folder, {
    message: 'Add a pipeline\n\nIt builds.',
    ref: 'main',
    tag: 'v1',
  })
  const { id } = await gitlab.createPipeline('acme/shop', ref)
  const runner = gitlab.createRunner({ description: 'mine', tags: ['linux'], runUntagged: true })
  return {
    id,
    sha,
    projectId,
    runner,
    /** Names and statuses, in one line. */
    stands: () =>
      gitlab
        .pipeline(id)
        .jobs.map(({ name, status }) => `${name} ${status}`)
        .join(', '),
    /** Takes the next job; it runs. */
    take: async (): Promise<HandedOut> => {
      const { body, status } = await requestJob(runner.token)
      if (status !== 201) throw new Error(`no job: ${status}`)
      await call('PUT', `/jobs/${body.id}`, { body: { token: body.token, state: 'running' } })
      return body
    },
    end: async ({ id, token }: HandedOut, state: 'success' | 'failed', exitCode?: number) => {
      await call('PUT', `/jobs/${id}`, {
        body: { token, state, ...(exitCode !== undefined && { exit_code: exitCode }) },
      })
    },
  }
}

describe('the payload of a pipeline job', () => {
  it('is complete', async () => {
    await using server = await practice({ registry: 'registry.example.com:5000' })
    const text = `
      variables: { GREETING: hello $CI_JOB_NAME }
      build:
        stage: build
        image: { name: "debian:13", entrypoint: [""], docker: { platform: linux/arm64 } }
        services: [{ name: "postgres:17", alias: db, command: [postgres, -c], variables: { P: "1" } }]
        variables: { PRICE: { value: $5, expand: false } }
        before_script: [echo before]
        script: [make]
        after_script: [echo after]
        timeout: 20m
        artifacts: { name: out, paths: [out/], exclude: [out/*.o], expire_in: 1 week, reports: { junit: r.xml } }
        cache: { key: k, fallback_keys: [f], paths: [.npm], policy: pull }`
    const variables = [{ key: 'SECRET', value: 's3cr3t', masked: true, protected: true }]
    const { take, id, sha, projectId, runner } = await pipelineOf(server, text, { variables })
    const { token, variables: sent, id: jobId, ...payload } = await take()
    const { port, host, origin } = new URL(server.gitlab.url)
    expect(payload).toEqual({
      allow_git_fetch: true,
      job_info: {
        id: jobId,
        name: 'build',
        stage: 'build',
        pipeline_id: id,
        project_id: projectId,
        project_name: 'shop',
        project_full_path: 'acme/shop',
        namespace_id: 1,
        root_namespace_id: 1,
        organization_id: 1,
        user_id: 1,
        scoped_user_id: null,
        time_in_queue_seconds: 0.1,
        project_jobs_running_on_instance_runners_count: '0',
        queue_size: 1,
        queue_depth: 1,
      },
      git_info: {
        repo_url: `http://gitlab-ci-token:${token}@${host}/acme/shop.git`,
        repo_object_format: 'sha1',
        ref: 'main',
        sha,
        before_sha: '0'.repeat(40),
        ref_type: 'branch',
        refspecs: [`+refs/pipelines/${id}:refs/pipelines/${id}`, '+refs/heads/main:refs/remotes/origin/main'],
        depth: 20,
        protected: true,
      },
      runner_info: { uuid: `practice-${runner.id}`, timeout: 1200, runner_session_url: null },
      steps: [
        {
          name: 'script',
          script: ['echo before', 'make'],
          timeout: 1200,
          when: 'on_success',
          allow_failure: false,
        },
        { name: 'after_script', script: ['echo after'], timeout: 1200, when: 'always', allow_failure: true },
      ],
      hooks: [],
      image: {
        name: 'debian:13',
        entrypoint: [''],
        ports: [],
        pull_policy: null,
        executor_opts: { docker: { platform: 'linux/arm64' } },
      },
      services: [
        {
          name: 'postgres:17',
          alias: 'db',
          entrypoint: null,
          command: ['postgres', '-c'],
          ports: [],
          pull_policy: null,
          executor_opts: {},
          variables: [{ key: 'P', value: '1', public: true, masked: false }],
        },
      ],
      artifacts: [
        {
          name: 'out',
          untracked: false,
          paths: ['out/'],
          exclude: ['out/*.o'],
          when: 'on_success',
          expire_in: '1 week',
          artifact_type: 'archive',
          artifact_format: 'zip',
        },
        {
          name: 'junit.xml',
          paths: ['r.xml'],
          when: 'always',
          expire_in: '1 week',
          artifact_type: 'junit',
          artifact_format: 'gzip',
        },
      ],
      cache: [
        {
          key: 'k-protected',
          fallback_keys: ['f-protected'],
          paths: ['.npm'],
          untracked: false,
          policy: 'pull',
          when: 'on_success',
        },
      ],
      credentials: [
        { type: 'registry', url: 'registry.example.com:5000', username: 'gitlab-ci-token', password: token },
      ],
      dependencies: [],
      features: {
        trace_sections: true,
        token_mask_prefixes: ['glpat-'],
        failure_reasons: [
          'script_failure',
          'runner_system_failure',
          'job_execution_timeout',
          'runner_configuration_error',
          'runner_external_dependency_failure',
          'runner_interrupted',
          'unknown_failure',
        ],
      },
    })
    const values = Object.fromEntries(sent.map(({ key, value }) => [key, value]))
    expect(values).toMatchObject({
      CI: 'true',
      CI_SERVER_URL: origin,
      CI_SERVER_HOST: '127.0.0.1',
      CI_SERVER_PORT: port,
      CI_PROJECT_PATH: 'acme/shop',
      CI_PROJECT_NAME: 'shop',
      CI_PROJECT_NAMESPACE: 'acme',
      CI_COMMIT_SHA: sha,
      CI_COMMIT_SHORT_SHA: sha.slice(0, 8),
      CI_COMMIT_REF_NAME: 'main',
      CI_COMMIT_BRANCH: 'main',
      CI_COMMIT_TITLE: 'Add a pipeline',
      CI_COMMIT_DESCRIPTION: 'It builds.',
      CI_JOB_NAME: 'build',
      CI_JOB_STAGE: 'build',
      CI_JOB_URL: `${origin}/acme/shop/-/jobs/${jobId}`,
      CI_PIPELINE_ID: String(id),
      CI_RUNNER_DESCRIPTION: 'mine',
      CI_RUNNER_TAGS: '["linux"]',
      CI_REGISTRY_IMAGE: 'registry.example.com:5000/acme/shop',
      CI_REPOSITORY_URL: `http://gitlab-ci-token:${token}@${host}/acme/shop.git`,
      GREETING: 'hello $CI_JOB_NAME',
    })
    expect(sent.filter(({ key }) => ['CI_JOB_TOKEN', 'SECRET', 'PRICE'].includes(key))).toEqual([
      { key: 'CI_JOB_TOKEN', value: token, public: false, masked: true },
      { key: 'SECRET', value: 's3cr3t', public: false, masked: true },
      { key: 'PRICE', value: '$5', public: true, masked: false, raw: true },
    ])
  })

  const persistent = '+refs/pipelines/1:refs/pipelines/1'
  const everything = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']
  it.each([
    { ref: 'main', depth: '5', sent: 5, refspecs: ['+refs/heads/main:refs/remotes/origin/main'] },
    { ref: 'v1', depth: '5', sent: 5, refspecs: ['+refs/tags/v1:refs/tags/v1'] },
    { ref: 'main', depth: '0', sent: 0, refspecs: everything },
    { ref: 'v1', depth: '0', sent: 0, refspecs: everything },
    { ref: 'main', depth: 'deep', sent: 20, refspecs: ['+refs/heads/main:refs/remotes/origin/main'] },
  ])('for $ref with GIT_DEPTH $depth fetches $refspecs', async ({ ref, depth, sent, refspecs }) => {
    await using server = await practice()
    const { take } = await pipelineOf(server, `a: { script: x, variables: { GIT_DEPTH: "${depth}" } }`, {
      ref,
    })
    expect((await take())['git_info']).toMatchObject({ depth: sent, refspecs: [persistent, ...refspecs] })
  })

  it('keeps protected variables and caches from refs that are not', async () => {
    await using server = await practice()
    const { take } = await pipelineOf(server, 'a: { script: x, cache: { paths: [y] } }', {
      protectedRefs: [],
      variables: [{ key: 'SECRET', value: 'x', protected: true }],
    })
    const { variables, cache } = await take()
    expect(variables.map(({ key }) => key)).not.toContain('SECRET')
    expect(cache).toMatchObject([{ key: 'default-non_protected' }])
  })

  it('names the archives of earlier jobs, opened by its own token, and hands on their dotenv', async () => {
    await using server = await practice()
    const text =
      'a: { stage: build, script: x }\nb: { stage: build, script: x }\nc: { stage: test, script: y, dependencies: [a] }'
    const { take, end } = await pipelineOf(server, text)
    const a = await take()
    const send = async (query: string, content: Uint8Array<ArrayBuffer>, name: string) => {
      const form = new FormData()
      form.append('file', new Blob([content]), name)
      const url = `${server.gitlab.url}/api/v4/jobs/${a.id}/artifacts${query}`
      expect(
        (await fetch(url, { method: 'POST', headers: { 'job-token': a.token }, body: form })).status,
      ).toBe(201)
    }
    await send('?artifact_type=archive&artifact_format=zip', new Uint8Array(7), 'artifacts.zip')
    await send(
      '?artifact_type=dotenv&artifact_format=gzip',
      new Uint8Array(gzipSync('VERSION="1.2"\n')),
      '.env.gz',
    )
    await end(a, 'success')
    await end(await take(), 'success')
    const c = await take()
    expect(c['dependencies']).toEqual([
      { id: a.id, name: 'a', token: c.token, artifacts_file: { filename: 'artifacts.zip', size: 7 } },
    ])
    expect(c.variables.find(({ key }) => key === 'VERSION')?.value).toBe('1.2')
    expect(
      (await server.call('GET', `/jobs/${a.id}/artifacts`, { headers: { 'job-token': c.token } })).status,
    ).toBe(200)
  })
})

describe('a pipeline', () => {
  it('runs stage after stage', async () => {
    await using server = await practice()
    const { take, end, stands, id } = await pipelineOf(
      server,
      'build: { stage: build, script: x }\ntest: { stage: test, script: x }',
    )
    const standing = [stands()]
    const build = await take()
    standing.push(stands())
    await end(build, 'success')
    standing.push(stands())
    const finished = server.gitlab.waitForPipeline(id)
    await end(await take(), 'success')
    expect([...standing, stands(), (await finished).status]).toEqual([
      'build pending, test created',
      'build running, test created',
      'build success, test pending',
      'build success, test success',
      'success',
    ])
  })

  // The first job fails with exit code 2, or is canceled; then the others stand so.
  it.each([
    { first: '', other: '', end: 'failed', stands: 'a failed, b skipped', status: 'failed' },
    {
      first: '',
      other: ', when: on_failure',
      end: 'failed',
      stands: 'a failed, b pending',
      status: 'running',
    },
    {
      first: '',
      other: ', when: on_failure',
      end: 'success',
      stands: 'a success, b skipped',
      status: 'success',
    },
    { first: '', other: ', when: always', end: 'failed', stands: 'a failed, b pending', status: 'running' },
    { first: '', other: ', when: manual', end: 'success', stands: 'a success, b manual', status: 'success' },
    {
      first: ', allow_failure: true',
      other: '',
      end: 'failed',
      stands: 'a failed, b pending',
      status: 'running',
    },
    {
      first: ', allow_failure: { exit_codes: 2 }',
      other: '',
      end: 'failed',
      stands: 'a failed, b pending',
      status: 'running',
    },
    {
      first: ', allow_failure: { exit_codes: 3 }',
      other: '',
      end: 'failed',
      stands: 'a failed, b skipped',
      status: 'failed',
    },
    { first: '', other: '', end: 'canceled', stands: 'a canceled, b skipped', status: 'canceled' },
    { first: '', other: ', needs: []', end: 'failed', stands: 'a failed, b pending', status: 'running' },
  ] as const)(
    'a$first, b$other: when a is $end → $stands',
    async ({ first, other, end: how, stands: standing, status }) => {
      await using server = await practice()
      const text = `a: { stage: build, script: x${first} }\nb: { stage: test, script: x${other} }`
      const { take, end, stands, id } = await pipelineOf(server, text)
      const job = await take()
      if (how === 'canceled') server.gitlab.cancelJob(job.id, { graceful: false })
      else await end(job, how, how === 'failed' ? 2 : undefined)
      expect([stands(), server.gitlab.pipeline(id).status]).toEqual([standing, status])
    },
  )

  it('begins a job as soon as what it needs is done', async () => {
    await using server = await practice()
    const text =
      'a: { stage: build, script: x }\nb: { stage: build, script: x }\nc: { stage: test, script: x, needs: [a] }\nd: { stage: test, script: x }'
    const { take, end, stands } = await pipelineOf(server, text)
    await end(await take(), 'success')
    expect(stands()).toBe('a success, b pending, c pending, d created')
  })

  it('keeps its place for a job that is tried again', async () => {
    await using server = await practice()
    const { stands, runner } = await pipelineOf(server, 'a: { stage: build, script: x }\nb: { script: x }')
    await server.requestJob(runner.token)
    await server.clock.advance(120_000)
    expect(stands()).toBe('a pending, b created')
  })

  it('asks for the features its jobs need', async () => {
    await using server = await practice()
    const { runner, stands } = await pipelineOf(
      server,
      'a: { script: x, artifacts: { paths: [y], exclude: [z] } }',
    )
    await server.requestJob(runner.token, { info: { features: {} } })
    expect(stands()).toBe('a failed')
  })

  it('says why it cannot be made', async () => {
    await using server = await practice()
    const { gitlab } = server
    await pipelineOf(server, 'a: { script: x }')
    await expect(gitlab.createPipeline('acme/shop', 'none')).rejects.toThrow(
      'acme/shop has no branch or tag none.',
    )
    const folder = join(server.scratch, 'folder')
    await writeFile(join(folder, '.gitlab-ci.yml'), 'a:\n  script: x\n  rules: []\n')
    await gitlab.push('acme/shop', folder)
    await expect(gitlab.createPipeline('acme/shop')).rejects.toThrow(
      '.gitlab-ci.yml:3: a.rules: the practice GitLab does not know this key',
    )
  })
})
