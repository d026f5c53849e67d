import { existsSync } from 'node:fs'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { cleanupScript, clearWorktreeScript } from '../../../main/engine/script/stage-scripts.ts'
import { green, sourceJobs, type SourceJobs } from '../../support/source-jobs.ts'

let jobs: SourceJobs
beforeAll(async () => void (jobs = await sourceJobs()))
afterAll(() => jobs[Symbol.asyncDispose]())

describe.each(['dash', 'busybox sh'] as const)('in %s', (shell) => {
  it('GIT_CLONE_PATH decides where the sources are', async () => {
    const { path, sha } = await jobs.repository()
    const slot = jobs.slot()
    const got = await jobs.get(
      { path, sha, slot, settings: { GIT_CLONE_PATH: '$CI_BUILDS_DIR/my/src' } },
      shell,
    )
    expect([got.exitCode, got.project, await readdir(got.project)]).toEqual([
      0,
      join(slot.builds, 'my/src'),
      ['.git', 'file.txt'],
    ])
  })

  it('GIT_CLONE_PATH may be the builds directory, which is emptied and not removed', async () => {
    const { path, sha } = await jobs.repository()
    const slot = jobs.slot()
    await mkdir(slot.builds, { recursive: true })
    await writeFile(join(slot.builds, 'left'), '')
    const settings = { GIT_CLONE_PATH: '$CI_BUILDS_DIR', GIT_STRATEGY: 'clone' }
    const got = await jobs.get({ path, sha, slot, settings }, shell)
    expect([got.exitCode, await readdir(slot.builds)]).toEqual([0, ['.git', 'file.txt']])
  })

  it.each(['clone', 'fetch', 'none', 'empty'])(
    'a link out of the builds directory is not followed by %s',
    async (strategy) => {
      const { path, sha } = await jobs.repository()
      const slot = jobs.slot()
      const outside = join(slot.home, 'outside')
      await mkdir(join(outside, 'src'), { recursive: true })
      await writeFile(join(outside, 'src', 'precious'), '')
      await mkdir(slot.builds, { recursive: true })
      await symlink(outside, join(slot.builds, 'link'))
      const settings = {
        GIT_CLONE_PATH: '$CI_BUILDS_DIR/link/src',
        GIT_STRATEGY: strategy,
        FF_ENABLE_JOB_CLEANUP: 'true',
      }
      const got = await jobs.get({ path, sha, slot, settings }, shell)
      expect([got.exitCode, got.stdout, await readdir(join(outside, 'src'))]).toEqual([1, '', ['precious']])
      expect(got.stderr).toContain(
        `the project directory ${got.project} leaves ${slot.builds} through a symbolic link`,
      )
      await got.stage(clearWorktreeScript)
      await got.stage(cleanupScript)
      expect(await readdir(join(outside, 'src'))).toEqual(['precious'])
    },
  )

  it('a link that leads nowhere is not followed either', async () => {
    const { path, sha } = await jobs.repository()
    const slot = jobs.slot()
    await mkdir(slot.builds, { recursive: true })
    await symlink(join(slot.home, 'not-yet'), join(slot.builds, 'link'))
    const got = await jobs.get(
      { path, sha, slot, settings: { GIT_CLONE_PATH: '$CI_BUILDS_DIR/link/src' } },
      shell,
    )
    expect([got.exitCode, existsSync(join(slot.home, 'not-yet'))]).toEqual([1, false])
  })

  it('a link inside the builds directory may stay', async () => {
    const { path, sha } = await jobs.repository()
    const slot = jobs.slot()
    await mkdir(join(slot.builds, 'big'), { recursive: true })
    await symlink('big', join(slot.builds, 'link'))
    const got = await jobs.get(
      { path, sha, slot, settings: { GIT_CLONE_PATH: '$CI_BUILDS_DIR/link/src' } },
      shell,
    )
    expect([got.exitCode, await readdir(join(slot.builds, 'big', 'src'))]).toEqual([0, ['.git', 'file.txt']])
  })

  it('names that mean something to a shell are names', async () => {
    const { path, sha } = await jobs.repository()
    const settings = { GIT_CLONE_PATH: `$CI_BUILDS_DIR/it's "a $$(x) \\ -n ☃` }
    const got = await jobs.get({ path, sha, settings }, shell)
    expect([got.exitCode, got.stderr, await got.git('status', '--porcelain')]).toEqual([0, '', ''])
    const step = await got.stage(cleanupScript)
    expect([step.exitCode, step.stderr]).toEqual([0, ''])
  })
})

describe('clearing the work tree', () => {
  it('deletes tracked and untracked files and keeps the repository', async () => {
    const { path, sha } = await jobs.repository()
    const got = await jobs.get({ path, sha })
    await writeFile(join(got.project, 'left'), '')
    expect(await got.stage(clearWorktreeScript)).toEqual({
      exitCode: 0,
      stdout: green('Deleting tracked and untracked files...'),
      stderr: '',
    })
    expect(await readdir(got.project)).toEqual(['.git'])
  })

  it('deletes everything where git cannot read the repository', async () => {
    const { path, sha } = await jobs.repository()
    const got = await jobs.get({ path, sha })
    await writeFile(join(got.project, '.git', 'HEAD'), '')
    expect([(await got.stage(clearWorktreeScript)).exitCode, existsSync(got.project)]).toEqual([0, false])
  })

  it('does nothing where there is no project directory', async () => {
    const { context, slot } = jobs.contextOf({ path: 'g/p', sha: '1'.repeat(40) })
    expect((await jobs.run(slot, clearWorktreeScript(context))).exitCode).toBe(0)
  })
})

describe('FF_ENABLE_JOB_CLEANUP', () => {
  it('after a fetch cleans the tree and its submodules', async () => {
    const sub = await jobs.repository()
    const main = await jobs.repository(undefined, [
      { path: 'sub', url: `../${sub.path.split('/')[1]}.git`, sha: sub.sha },
    ])
    const got = await jobs.get({
      ...main,
      settings: { GIT_SUBMODULE_STRATEGY: 'normal', FF_ENABLE_JOB_CLEANUP: 'true' },
    })
    await writeFile(join(got.project, 'left'), '')
    await writeFile(join(got.project, 'file.txt'), 'changed')
    await writeFile(join(got.project, 'sub', 'left'), '')
    const { exitCode, stdout } = await got.stage(cleanupScript)
    expect([
      exitCode,
      stdout.includes('Removing left\n'),
      await readdir(got.project),
      await readdir(join(got.project, 'sub')),
    ]).toEqual([0, true, ['.git', '.gitmodules', 'file.txt', 'sub'], ['.git', 'file.txt']])
    expect(await got.read('file.txt')).not.toBe('changed')
  })
})
