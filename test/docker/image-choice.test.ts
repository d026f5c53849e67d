import { request } from 'node:http'

import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

import { defaultHelperImage } from '../../main/engine/docker/helper-image.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { containersOf } from './inspect.ts'
import { type Given, aService, anImage, images, onEngine, testEngine } from './kit.ts'

let engine: DockerEngine
beforeAll(async () => void (engine = await testEngine()))
afterAll(() => engine.close())

const send = (method: string, path: string) =>
  new Promise<number>((resolve, reject) => {
    request(
      { socketPath: inject('dockerHost').replace('unix://', ''), method, path },
      (answer) => void answer.resume().on('end', () => resolve(answer.statusCode ?? 0)),
    )
      .on('error', reject)
      .end()
  })

/** A further name of an image, until it is disposed of. */
async function alsoNamed(image: string, name: string): Promise<AsyncDisposable> {
  const colon = name.lastIndexOf(':')
  const query = new URLSearchParams({ repo: name.slice(0, colon), tag: name.slice(colon + 1) })
  expect(await send('POST', `/images/${image}/tag?${query}`)).toBe(201)
  return { [Symbol.asyncDispose]: async () => void (await send('DELETE', `/images/${name}`)) }
}

describe('helper_image_flavor', () => {
  it("chooses among GitLab's helper images, by a variable, too", async () => {
    await using name = await alsoNamed(
      images.helper,
      defaultHelperImage(engine.about.architecture, 'of-tests'),
    )
    void name
    const { helper } = await containersOf(engine, {
      docker: { helper_image: '', helper_image_flavor: 'of-$KIND' },
      variables: { GIT_STRATEGY: 'clone', KIND: 'tests' },
    })
    expect(helper['Image']).toBe((await engine.inspectImage(images.helper))?.id)
  })
})

/** The policies that are used for the image of the job, its service and its helper; or why there are none. */
async function policiesOf(given: Given) {
  const { prepare, heard } = onEngine(engine, { variables: { GIT_STRATEGY: 'clone' }, ...given })
  try {
    const environment = await prepare()
    await environment[Symbol.asyncDispose]()
  } catch (error) {
    return (error as Error).message
  }
  return Object.fromEntries(
    [...heard.text().matchAll(/effective pull policy of \[(.*)\] for container (\S+)/g)].map(
      ([, policies = '', image = '']) => [image, policies],
    ),
  )
}

describe('allowed_pull_policies', () => {
  const both = {
    pull_policy: ['never', 'if-not-present'],
    allowed_pull_policies: ['if-not-present', 'never'],
  }

  it('leave of a list those that are allowed, in its order; the helper has those of the configuration', async () => {
    expect(
      await policiesOf({
        docker: both,
        job: {
          image: anImage(images.busybox, { pullPolicies: ['always', 'if-not-present', 'never'] }),
          services: [aService(images.debian, { pullPolicies: ['if-not-present'], command: ['sleep', '9'] })],
        },
        variables: { GIT_STRATEGY: 'clone', CI_DEBUG_SERVICES: 'false' },
      }),
    ).toEqual({
      [images.busybox]: 'if-not-present never',
      [images.debian]: 'if-not-present',
      [images.helper]: 'never if-not-present',
    })
  })

  it.each([
    {
      what: "a service's own policy",
      docker: both,
      job: { services: [aService(images.debian, { pullPolicies: ['always'] })] },
      says: 'pull_policy ([always]) defined in GitLab pipeline config is not one of the allowed_pull_policies ([if-not-present never])',
    },
    {
      what: "the runner's own policy",
      docker: { pull_policy: 'never', allowed_pull_policies: ['always'] },
      job: {},
      says: 'pull_policy ([never]) defined in Runner config is not one of the allowed_pull_policies ([always])',
    },
    {
      what: 'the policy of a runner that names none',
      docker: { pull_policy: [], allowed_pull_policies: ['never'] },
      job: {},
      says: 'pull_policy ([always]) defined in Runner config (default) is not one of the allowed_pull_policies ([never])',
    },
    {
      what: 'a word that is no policy',
      docker: { pull_policy: 'sometimes' },
      job: {},
      says: 'pull_policy: "sometimes" is not a pull policy; known are always, if-not-present, never',
    },
  ])('refuse $what', async ({ docker, job, says }) => {
    expect(await policiesOf({ docker, job })).toContain(says)
  })
})
