import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { runnerSchema, type RunnerConfig } from '../../../main/engine/config/schema.ts'
import { withToolchain } from '../../../main/engine/toolchain/assign.ts'
import { takeFingerprint } from '../../../main/engine/toolchain/fingerprint/fingerprint.ts'
import { openFingerprintStore } from '../../../main/engine/toolchain/fingerprint/fingerprint-store.ts'
import { createJobToolchains, inHeader } from '../../../main/engine/toolchain/job-toolchains.ts'
import { openToolchainLibrary } from '../../../main/engine/toolchain/library.ts'
import type { ToolchainInput } from '../../../main/engine/toolchain/toolchain.ts'
import { variables } from '../../support/job-context.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { turnedClock } from '../../support/turned-clock.ts'
import { aToolchain } from './toolchains.ts'

const plain = runnerSchema.parse({
  name: 'tangxin',
  url: 'https://x',
  executor: 'docker',
  docker: { image: 'alpine' },
})

async function aDesk() {
  const dir = await tempDir()
  const folder = join(dir.path, 'tree')
  await mkdir(folder)
  await writeFile(join(folder, 'gcc'), 'one')
  const clock = turnedClock()
  const library = openToolchainLibrary(join(dir.path, 'toolchains'))
  const fingerprints = openFingerprintStore(join(dir.path, 'fingerprints'))
  const toolchains = createJobToolchains({
    library,
    fingerprints,
    clock,
    // A test may be over before the first fingerprint is.
    onUnexpected: () => {},
  })
  const save = async (given: Partial<ToolchainInput> = {}) => {
    const toolchain = aToolchain({ folder, onRequest: ['tangxin'], ...given })
    await library.save(toolchain)
    return toolchain
  }
  const grant = (asked: string | undefined, runner: RunnerConfig = plain, project = 'firmware/boot') =>
    toolchains.grant({
      runner,
      project,
      variables: variables(asked === undefined ? {} : { DRYDOCK_TOOLCHAINS: asked }),
    })
  return { save, grant, folder, clock, fingerprints, [Symbol.asyncDispose]: () => dir[Symbol.asyncDispose]() }
}

describe('a job that asks for toolchains', () => {
  it('gets what its runner permits: mount, variables, search paths, and a line in the header', async () => {
    await using desk = await aDesk()
    const toolchain = await desk.save()
    const { root } = (await desk.fingerprints.look(toolchain)).fingerprint
    const { runner, used, warnings } = await desk.grant('atlas500@20.2')
    expect({ runner, warnings, header: used.map(inHeader) }).toEqual({
      runner: withToolchain(plain, toolchain),
      warnings: [],
      header: [`  toolchain atlas500@20.2 (${root.slice(0, 8)}), read-only at /opt/atlas500`],
    })
  })

  it('gets the current version where it names none, and this one instead of the one its runner has', async () => {
    await using desk = await aDesk()
    const old = await desk.save({ version: '19' })
    await desk.save({ version: '20.2' })
    const { used, runner } = await desk.grant('atlas500@20.2', withToolchain(plain, old))
    const current = await desk.grant('atlas500')
    expect([used, current.used].map((all) => all.map(({ version }) => version))).toEqual([['20.2'], ['19']])
    expect(runner.docker!.volumes).toEqual([`${desk.folder}:/opt/atlas500:ro`])
  })

  it.each([
    ['nothing@1', {}, 'DRYDOCK_TOOLCHAINS: There is no toolchain nothing.'],
    ['atlas500@9', {}, 'DRYDOCK_TOOLCHAINS: There is no version 9 of the toolchain atlas500; there is 20.2.'],
    ['a b@c@d', {}, 'DRYDOCK_TOOLCHAINS:'],
    [
      'atlas500',
      { onRequest: ['other'] },
      'the runner tangxin does not permit atlas500@20.2. Permit it: drydock toolchain add',
    ],
    [
      'atlas500',
      { projects: ['secret/*'] },
      'atlas500@20.2 is licensed for secret/*, and this job is of firmware/boot.',
    ],
  ])('is refused %s with a clear reason before anything starts', async (asked, given, message) => {
    await using desk = await aDesk()
    await desk.save(given)
    await expect(desk.grant(asked)).rejects.toMatchObject({
      name: 'JobFailure',
      reason: 'runner_configuration_error',
      message: expect.stringContaining(message) as string,
    })
  })
})

describe('a job whose toolchain takes what it writes into a private layer', () => {
  it('gets the folder laid over, though the file says read-only, and the header says so', async () => {
    await using desk = await aDesk()
    const toolchain = await desk.save({ writable: 'private-layer' })
    const configured = withToolchain(plain, toolchain)
    const { runner, used } = await desk.grant(undefined, configured)
    expect([configured, runner].map(({ docker }) => docker!.volumes)).toEqual([
      [`${desk.folder}:/opt/atlas500:ro`],
      [`${desk.folder}:/opt/atlas500:O`],
    ])
    expect(used.map(inHeader)).toEqual([
      '  toolchain atlas500@20.2 (fingerprint being taken), with a private writable layer at /opt/atlas500',
    ])
  })

  it('cannot be described of a folder the engine cannot lay anything over', () => {
    expect(() => aToolchain({ folder: '/srv/a,b', writable: 'private-layer' })).toThrow('rename it')
  })
})

describe('a job whose runner has a toolchain', () => {
  it('keeps the folder it began with when the toolchain is a link that is pointed elsewhere', async () => {
    await using desk = await aDesk()
    const link = `${desk.folder}-link`
    await symlink(desk.folder, link)
    const toolchain = await desk.save({ folder: link })
    const { runner, used } = await desk.grant(undefined, withToolchain(plain, toolchain))
    expect([runner.docker!.volumes, used[0]?.source]).toEqual([
      [`${desk.folder}:/opt/atlas500:ro`],
      desk.folder,
    ])
  })

  it('does not see one that is licensed for other projects', async () => {
    await using desk = await aDesk()
    const toolchain = await desk.save({ projects: ['firmware/radio'] })
    const granted = await desk.grant(undefined, withToolchain(plain, toolchain))
    expect(granted).toEqual({
      runner: plain,
      used: [],
      verified: expect.any(Promise) as Promise<void>,
      warnings: [
        'The toolchain atlas500@20.2 is withheld: it is licensed for firmware/radio, not for firmware/boot.',
      ],
    })
  })

  it('does not wait for the first fingerprint, but has it once it is taken', async () => {
    await using desk = await aDesk()
    await desk.save()
    const { used } = await desk.grant('atlas500')
    const header = used.map(inHeader)
    await expect.poll(() => used[0]?.fingerprint).toBeDefined()
    const { root } = await takeFingerprint(desk.folder)
    expect([header, used[0]?.fingerprint]).toEqual([
      ['  toolchain atlas500@20.2 (fingerprint being taken), read-only at /opt/atlas500'],
      root,
    ])
  })

  it('does not begin on content that has changed, within a minute of the change, until it is accepted', async () => {
    await using desk = await aDesk()
    const toolchain = await desk.save()
    await desk.fingerprints.look(toolchain)
    await (
      await desk.grant('atlas500')
    ).verified
    await writeFile(join(desk.folder, 'gcc'), 'two')
    await desk.clock.advance(61_000)
    await expect((await desk.grant('atlas500')).verified).rejects.toThrow(
      'The toolchain atlas500@20.2 is no longer what it was: gcc was changed. Take it for right with "drydock toolchain accept atlas500@20.2", as a new version with "--as VERSION", or put the old content back.',
    )
    const { fingerprint } = await desk.fingerprints.look(toolchain)
    await desk.fingerprints.accept(toolchain, fingerprint)
    expect((await desk.grant('atlas500')).used[0]?.fingerprint).toBe(fingerprint.root)
  })

  it('is warned instead where that was chosen', async () => {
    await using desk = await aDesk()
    const toolchain = await desk.save({ onDrift: 'warn' })
    await desk.fingerprints.look(toolchain)
    await rm(join(desk.folder, 'gcc'))
    const { warnings } = await desk.grant('atlas500')
    expect(warnings).toEqual([expect.stringContaining('gcc was removed')])
  })
})
