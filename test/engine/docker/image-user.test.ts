import { Readable } from 'node:stream'

import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'

import { DockerError } from '../../../main/engine/docker/docker-error.ts'
import { belongsToImageUser, lookUpOwner } from '../../../main/engine/docker/image-user.ts'
import { aContext, variables } from '../../support/job-context.ts'

const files: Readonly<Record<string, string>> = {
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\ndev:x:1000:1001:Dev:/home/dev:/bin/sh\n7:x:70:71::/:/bin/sh\n',
  '/etc/group': 'root:x:0:\nusers:x:100:\n',
}

/** An engine whose containers have these files. */
const withFiles = (there: Readonly<Record<string, string>>) => ({
  async readArchive(_: string, file: string) {
    const content = there[file]
    if (content === undefined) throw new DockerError('no such file', { status: 404 })
    const tar = pack()
    tar.entry({ name: 'file' }, content)
    tar.finalize()
    return Readable.from(tar)
  },
})

describe('the user of a container', () => {
  it.each([
    { user: 'dev', owner: { uid: 1000, gid: 1001 } },
    { user: '1000', owner: { uid: 1000, gid: 1001 } },
    { user: '4711', owner: { uid: 4711, gid: 0 } },
    { user: '7', owner: { uid: 7, gid: 71 } },
    { user: 'dev:users', owner: { uid: 1000, gid: 100 } },
    { user: '5:6', owner: { uid: 5, gid: 6 } },
    { user: 'stranger', owner: undefined },
    { user: 'dev:strangers', owner: undefined },
  ])('$user is looked up in its files', async ({ user, owner }) => {
    expect(await lookUpOwner(withFiles(files), 'c', user)).toEqual(owner)
  })

  it('may be a number where the image has no such files', async () => {
    expect(await lookUpOwner(withFiles({}), 'c', '1000')).toEqual({ uid: 1000, gid: 0 })
  })
})

describe('the checkout', () => {
  const flag = 'FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR'
  const image = (user: string) => ({
    name: 'i',
    reference: 'i',
    image: {
      id: '',
      digests: [],
      os: '',
      architecture: '',
      variant: '',
      user,
      entrypoint: [],
      env: [],
      ports: [],
    },
  })
  const belongs = (user: string, given: Parameters<typeof aContext>[0] = {}) => {
    const context = aContext(given)
    return belongsToImageUser({ context, docker: context.runner.docker! }, image(user))
  }

  it.each(['', 'root', '0', '0:0', 'root:users'])('stays open where the user is "%s"', (user) =>
    expect(belongs(user)).toBe(false),
  )
  it.each(['dev', '1000', '1000:0', 'rooty'])('belongs to the user "%s"', (user) =>
    expect(belongs(user)).toBe(true),
  )
  it('follows the flag wherever it is said', () => {
    expect([
      belongs('dev', { job: { variables: variables({ [flag]: 'false' }) } }),
      belongs('dev', { runner: { feature_flags: { [flag]: false } } }),
      belongs('dev', { runner: { environment: [`${flag}=false`] } }),
      belongs('root', { job: { variables: variables({ [flag]: 'true' }) } }),
    ]).toEqual([false, false, false, true])
  })
  it('follows the user the configuration sets', () => {
    expect(belongs('root', { runner: { docker: { image: 'i', user: 'dev' } } })).toBe(true)
  })
})
