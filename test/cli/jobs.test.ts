import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openDataDirs } from '../../main/engine/data-dirs.ts'
import { openHistory } from '../../main/engine/history/history.ts'
import { aNewJob, silent } from '../engine/history/new-job.ts'
import { openDesk, type Desk } from './run-drydock.ts'

/** A desk whose history has three jobs: one passed, one failed on fix-7, one of yesterday but one. */
function deskWithJobs(): Desk {
  const desk = openDesk()
  const history = openHistory({ path: openDataDirs(join(desk.folder, 'data')).history, logger: silent })
  const ran = (gitlabId: number, given: Parameters<typeof aNewJob>[0], passed: boolean) => {
    const id = history.begin(aNewJob({ gitlabId, acceptedAt: Date.now(), ...given }))
    history.finished(
      id,
      passed ? { result: 'success' } : { result: 'failed', reason: 'script_failure', message: 'exit code 1' },
      Date.now(),
      0,
    )
  }
  ran(1, { acceptedAt: Date.now() - 2 * 86_400_000 }, true)
  ran(2, {}, true)
  ran(3, { ref: 'fix-7' }, false)
  history.close()
  return desk
}

describe('drydock jobs', () => {
  it.each([
    { args: [], jobs: [3, 2, 1] },
    { args: ['--status', 'failed'], jobs: [3] },
    { args: ['--branch', 'main', '--days', '1'], jobs: [2] },
    { args: ['--search', 'fix'], jobs: [3] },
    { args: ['--project', 'no/such'], jobs: [] },
  ])('prints the jobs of $args', async ({ args, jobs }) => {
    using desk = deskWithJobs()
    const { code, stdout } = await desk.run(['jobs', '--json', ...args])
    expect({ code, jobs: (JSON.parse(stdout) as { job_id: number }[]).map(({ job_id }) => job_id) }).toEqual({
      code: 0,
      jobs,
    })
  })

  it('prints CSV unless told otherwise', async () => {
    using desk = deskWithJobs()
    const { stdout } = await desk.run(['jobs', '--status', 'failed'])
    expect(stdout.split('\r\n').map((line) => line.split(',').slice(0, 3))).toEqual([
      ['\uFEFFjob_id', 'name', 'project'],
      ['3', 'build', 'group/firmware'],
      [''],
    ])
  })

  it('names the statuses there are', async () => {
    using desk = openDesk()
    const { code, stderr } = await desk.run(['jobs', '--status', 'green'])
    expect([
      code,
      stderr.includes('"green" is no status. Write one of running, success, failed, canceled.'),
    ]).toEqual([1, true])
  })
})
