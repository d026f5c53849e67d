import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { randomBytes } from 'node:crypto'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { engineItems } from '../../main/engine/disk/engine-items.ts'
import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { getSourcesScript } from '../../main/engine/sources/get-sources.ts'
import { Repository } from '../support/git-repositories.ts'
import { gitServer } from '../support/git-server.ts'
import { aPayload } from '../support/job-context.ts'
import { type Given, aSystemId, executorOn, leftOf, onEngine, testEngine } from './kit.ts'

const never = new AbortController().signal
const MB = 1024 * 1024

let engine: DockerEngine
let folder: string
let server: Awaited<ReturnType<typeof gitServer>>
let repository: Repository
let sha: string
let systemId: string

beforeAll(async () => {
  engine = await testEngine()
  folder = await mkdtemp('/tmp/drydock-shared-')
  const host = (await engine.hostAddress()) ?? '127.0.0.1'
  server = await gitServer(folder, { username: 'gitlab-ci-token', password: 'secret', host })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  engine.close()
  await rm(folder, { recursive: true, force: true })
})

let made = 0
beforeEach(async () => {
  systemId = aSystemId()
  repository = await Repository.create(folder, `group/project${made++}`)
  // Nothing that compresses: bytes in the repository are bytes on the wire.
  for (let change = 0; change < 4; change++)
    sha = await repository.commit({ [`large${change}`]: randomBytes(MB).toString('latin1') })
  return async () => {
    for (const { id } of await engine.listVolumes([`com.drydock.system-id=${systemId}`]))
      await engine.removeVolume(id)
  }
})

interface Slot extends Given {
  readonly depth?: number
  readonly isProtected?: boolean
  readonly projectId?: number
  /** Shell text in the build container, in the project. */
  readonly does?: string
  readonly hooks?: readonly string[]
}

/** Runs one job that gets its sources, in a slot of the project. */
async function jobIn(slot: number, given: Slot = {}) {
  const { depth = 0, isProtected = false, projectId = 42, does = 'true', ...more } = given
  const name = path.basename(repository.path, '.git')
  const { context, heard, prepare } = onEngine(engine, {
    systemId,
    concurrentProjectId: slot,
    ...more,
    runner: { url: server.origin, ...more.runner },
    variables: { GIT_STRATEGY: 'fetch', ...more.variables },
    job: {
      info: { ...aPayload().info, projectId },
      git: {
        ...aPayload().git,
        repoUrl: server.urlOf(`group/${name}`),
        sha,
        depth,
        protected: isProtected,
        refspecs: ['+refs/pipelines/1:refs/pipelines/1', '+refs/heads/main:refs/remotes/origin/main'],
      },
    },
  })
  const before = server.sent
  await using environment = await prepare()
  await environment.run({ name: 'get_sources', runsIn: 'helper', text: getSourcesScript(context) }, never)
  const sent = server.sent - before
  const script = `set -e\ncd ${context.dirs.project}\n${does}\n`
  const from = heard.text().length
  await environment.run({ name: 'step_script', runsIn: 'helper', text: script }, never)
  const printed = heard
    .text()
    .slice(from)
    .replace(/^plain: .*\n/gm, '')
  return { sent, printed, log: heard.text(), mounts: environment.mounts }
}

const stores = async () =>
  (await engine.listVolumes([`com.drydock.system-id=${systemId}`, 'com.drydock.purpose=sources'])).map(
    ({ name }) => name,
  )

describe('a new slot of a project', () => {
  it('fetches only what its other slots do not have, and has the refs of a fresh repository', async () => {
    const state = { does: 'git fsck --full 2>/dev/null; git for-each-ref --format="%(refname)"; cat small' }
    const first = await jobIn(0)
    sha = await repository.commit({ small: 'new\n' })
    const second = await jobIn(1, state)
    const alone = await jobIn(7, { ...state, sharesSources: false })
    expect(second.printed).toBe(alone.printed)
    expect(second.log).toMatch(/Reusing \d\.\d MiB of git objects from other builds of this project \.\.\./)
    expect([first.sent > 4 * MB, alone.sent > 4 * MB, second.sent < MB / 50]).toEqual([true, true, true])
  })

  it.each([
    { before: 2, depth: 2, commits: 2 },
    { before: 2, depth: 0, commits: 5 },
    { before: 0, depth: 2, commits: 2 },
    { before: 0, depth: 0, commits: 5 },
  ])('has $commits commits with depth $depth after depth $before', async ({ before, depth, commits }) => {
    await jobIn(0, { depth: before })
    sha = await repository.commit({ small: 'new\n' })
    const { printed, log } = await jobIn(1, {
      depth,
      does: 'git log --format=%h | wc -l; git status --short; git fsck 2>&1 | grep -v dangling || :',
    })
    expect(log).toContain('Reusing')
    expect(printed).toBe(`${commits}\n`)
  })

  it('learns what came later through another slot', async () => {
    await jobIn(0)
    await jobIn(1)
    sha = await repository.commit({ later: randomBytes(MB).toString('latin1') })
    await jobIn(1)
    const { sent } = await jobIn(2)
    expect(sent).toBeLessThan(MB / 50)
  })

  it('does not make the store hold what several slots fetched for themselves more than once', async () => {
    await jobIn(0)
    await jobIn(1, { sharesSources: false })
    await jobIn(2, { sharesSources: false })
    const { log } = await jobIn(3)
    expect(log).toMatch(/Reusing [45]\.\d MiB/)
  })

  it('is not served by slots of another project, or of refs that are protected otherwise', async () => {
    await jobIn(0)
    const other = await jobIn(1, { projectId: 43 })
    const guarded = await jobIn(1, { isProtected: true })
    expect([other, guarded].map(({ sent, log }) => [sent > 4 * MB, log.includes('Reusing')])).toEqual([
      [true, false],
      [true, false],
    ])
  })

  it('begins anew with GIT_STRATEGY clone, and where sharing is switched off', async () => {
    await jobIn(0)
    const clone = await jobIn(1, { variables: { GIT_STRATEGY: 'clone' } })
    const off = await jobIn(2, { sharesSources: false })
    expect([clone.sent > 4 * MB, off.sent > 4 * MB, await stores()]).toEqual([true, true, []])
  })

  it('gets nothing that a job falsified in another slot', async () => {
    const wrong = `
      id=$(git rev-parse HEAD:large0)
      git gc -q 2>/dev/null; git unpack-objects -q < .git/objects/pack/*.pack || :
      mv .git/objects/pack/*.pack /tmp/; rm -f .git/objects/pack/*; git unpack-objects -q < /tmp/*.pack
      file=.git/objects/$(echo $id | cut -c1-2)/$(echo $id | cut -c3-)
      other=$(echo falsified | git hash-object -w --stdin)
      chmod u+w $file
      cat .git/objects/$(echo $other | cut -c1-2)/$(echo $other | cut -c3-) > $file
      git cat-file -p $id`
    expect((await jobIn(0, { does: wrong })).printed).toContain('falsified')
    const { printed } = await jobIn(1, { does: 'git hash-object large0; git rev-parse HEAD:large0' })
    const [actual, wanted] = printed.trim().split('\n')
    expect(actual).toBe(wanted)
  })

  it('goes on working when the store is removed, and the next one makes it again', async () => {
    await jobIn(0)
    await jobIn(1)
    for (const name of await stores()) await engine.removeVolume(name)
    sha = await repository.commit({ small: 'new\n' })
    const still = await jobIn(1, { does: 'git fsck --full && cat small' })
    const next = await jobIn(2)
    expect([still.printed, next.sent < MB / 50, (await stores()).length]).toEqual(['new\n', true, 1])
  })

  describe('that begins at the same time as others', () => {
    const fourAtOnce = async () => {
      const does = 'git fsck --full 2>&1; git status --short; git rev-parse HEAD; cat small'
      const executor = executorOn(engine)
      const slots = await Promise.all([1, 2, 3, 4].map((slot) => jobIn(slot, { does, executor })))
      const left = await leftOf(engine, systemId)
      return { slots, others: left.filter((one) => !one.startsWith('volume ')) }
    }

    it('is filled from the one store of all', async () => {
      await jobIn(0)
      sha = await repository.commit({ small: 'new\n' })
      const { slots, others } = await fourAtOnce()
      expect(slots.map(({ printed, log }) => [printed, /Reusing \S+ MiB/.exec(log)?.[0]])).toEqual(
        slots.map(() => [`${sha}\nnew\n`, expect.stringMatching(/^Reusing [45]\.\d MiB$/)]),
      )
      expect([(await stores()).length, others]).toEqual([1, []])
    })

    it('has its sources where none of them can help another yet', async () => {
      sha = await repository.commit({ small: 'new\n' })
      const { slots, others } = await fourAtOnce()
      expect(slots.map(({ printed }) => printed)).toEqual(slots.map(() => `${sha}\nnew\n`))
      expect([(await stores()).length <= 1, others]).toEqual([true, []])
    })
  })

  it('copies from a folder of the host that holds all slots', async () => {
    const builds = await mkdtemp('/tmp/drydock-shared-builds-')
    const onHost = { docker: { volumes: [`${builds}:/builds`] } }
    await jobIn(0, onHost)
    sha = await repository.commit({ small: 'new\n' })
    const { sent, printed } = await jobIn(1, { ...onHost, does: 'pwd; cat small' })
    await rm(builds, { recursive: true, force: true })
    expect([sent < MB / 50, printed]).toEqual([
      true,
      expect.stringMatching(/^\/builds\/\w+\/1\/group\/project\d+\nnew\n$/),
    ])
  })

  it('has its store among what Drydock has on the disk, and may be removed there', async () => {
    await jobIn(0)
    await jobIn(1)
    const usage = { lastUse: () => undefined, isHeld: () => false, pulledNames: () => [] }
    const known = { systemId, sessionId: 'test-session', usage, configured: new Set<string>() }
    const items = engineItems(await engine.readDisk(), known)
    const [store] = await stores()
    expect(items.filter(({ id }) => id === store)).toEqual([
      expect.objectContaining({
        kind: 'volume',
        name: `git objects for new builds (${store})`,
        references: [store],
      }),
    ])
    expect(items.find(({ id }) => id === store)).not.toHaveProperty('keptBecause')
  })

  it('shows the store to no container of a job, and leaves nothing but volumes', async () => {
    await jobIn(0)
    const { printed, mounts } = await jobIn(1, { does: 'ls -d /drydock 2>/dev/null || echo not there' })
    const left = await leftOf(engine, systemId)
    expect([
      printed,
      mounts.map(({ target }) => target),
      left.filter((one) => !one.startsWith('volume ')),
    ]).toEqual(['not there\n', ['/builds'], []])
  })
})
