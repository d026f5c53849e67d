import { describe, expect, it } from 'vitest'

import { dockerSchema } from '../../../main/engine/config/schema.ts'
import { type OptionFacts, hostConfigOf } from '../../../main/engine/docker/container-options.ts'

const facts = (docker: object, given: Partial<OptionFacts> = {}): OptionFacts => ({
  docker: dockerSchema.parse(docker),
  role: 'build',
  image: 'alpine:3',
  privileged: false,
  securityOpt: [],
  useInit: false,
  ...given,
})

const always = {
  Privileged: false,
  LogConfig: { Type: 'json-file', Config: {} },
  RestartPolicy: { Name: 'no' },
}

describe('what a container gets of the configuration', () => {
  it('is little where nothing is configured', () => {
    expect(hostConfigOf(facts({}))).toEqual({ ...always, OomKillDisable: false })
    expect(hostConfigOf(facts({}, { role: 'service' }))).toEqual(always)
  })

  it.each([
    { what: 'privilege', docker: {}, given: { privileged: true }, sets: { Privileged: true } },
    {
      what: 'oom_kill_disable',
      docker: { oom_kill_disable: true },
      given: {},
      sets: { OomKillDisable: true },
    },
    {
      what: 'gpus',
      docker: { gpus: 'all' },
      given: {},
      sets: { DeviceRequests: [{ Driver: '', Count: -1, Capabilities: [['gpu']], Options: {} }] },
    },
    {
      what: 'service_gpus',
      docker: { service_gpus: '1', gpus: 'all' },
      given: { role: 'service' },
      sets: { DeviceRequests: [{ Driver: '', Count: 1, Capabilities: [['gpu']], Options: {} }] },
    },
    { what: 'links', docker: { links: ['db:db'] }, given: {}, sets: { Links: ['db:db'] } },
    {
      what: 'volumes_from',
      docker: { volumes_from: ['tools:ro'] },
      given: {},
      sets: { VolumesFrom: ['tools:ro'] },
    },
    { what: 'an init process', docker: {}, given: { useInit: true }, sets: { Init: true } },
  ] as const)('$what', ({ docker, given, sets }) => {
    expect(hostConfigOf(facts(docker, given))).toMatchObject(sets)
  })
})
