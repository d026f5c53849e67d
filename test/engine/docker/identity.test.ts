import { describe, expect, it } from 'vitest'

import { configuredLabels, labelerFor } from '../../../main/engine/docker/labels.ts'
import {
  baseName,
  destinationKey,
  isProtected,
  networkName,
  persistentName,
} from '../../../main/engine/docker/names.ts'
import { aContext, aVariable } from '../../support/job-context.ts'

const context = aContext()

describe('names', () => {
  it('are those of the reference', () => {
    expect({
      base: baseName(context),
      network: networkName(context),
      volume: `${persistentName(context)}-cache-${destinationKey('/cache')}`,
    }).toEqual({
      base: 'runner-abcdefghi-project-42-concurrent-0',
      network: 'runner-abcdefghi-42-0-7031',
      volume: 'runner-589268b9686f9ce562f83b47defafe57-cache-3c3f060a0374fc8bc39395164f415a70',
    })
  })

  it.each([
    { key: 'default-protected', isKeptApart: true },
    { key: 'default-non_protected', isKeptApart: false },
    { key: '$KEY-protected', isKeptApart: true },
  ])('keep caches apart for the key $key: $isKeptApart', ({ key, isKeptApart }) => {
    const cache = { key, fallbackKeys: [], policy: '', when: 'always', paths: [], untracked: false } as const
    expect(isProtected(aContext({ job: { caches: [cache] } }))).toBe(isKeptApart)
  })
})

describe('labels', () => {
  it('tell whose a container is, and hold no token', () => {
    const labels = labelerFor(context, 'session-1')('build')
    expect(labels).toEqual({
      'com.drydock.job': '7031',
      'com.drydock.purpose': 'build',
      'com.drydock.session': 'session-1',
      'com.drydock.system-id': 's_0123456789ab',
      'com.gitlab.gitlab-runner.job.before_sha': context.job.git.beforeSha,
      'com.gitlab.gitlab-runner.job.id': '7031',
      'com.gitlab.gitlab-runner.job.ref': 'main',
      'com.gitlab.gitlab-runner.job.sha': context.job.git.sha,
      'com.gitlab.gitlab-runner.job.timeout': '1h0m0s',
      'com.gitlab.gitlab-runner.job.url': 'https://gitlab.example.com/acme/web/shop/-/jobs/7031',
      'com.gitlab.gitlab-runner.managed': 'true',
      'com.gitlab.gitlab-runner.pipeline.id': '912',
      'com.gitlab.gitlab-runner.project.id': '42',
      'com.gitlab.gitlab-runner.project.runner_id': '0',
      'com.gitlab.gitlab-runner.runner.id': 'AbCdEfGhI',
      'com.gitlab.gitlab-runner.runner.local_id': '0',
      'com.gitlab.gitlab-runner.runner.system_id': 's_0123456789ab',
      'com.gitlab.gitlab-runner.type': 'build',
    })
  })

  it('of the configuration are expanded, but show nothing masked', () => {
    const labelled = aContext({
      job: {
        variables: [aVariable('TEAM', 'boot'), aVariable('SECRET', 'hunter2-hunter2', { masked: true })],
      },
      runner: { docker: { container_labels: { team: '$TEAM', oops: 'x$SECRET' } } },
    })
    expect(configuredLabels(labelled)).toEqual({ team: 'boot', oops: 'x[MASKED]' })
  })
})
