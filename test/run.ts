/** `npm test`: everything, from a fresh clone. Ends with the line `N passed, N failed`. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { provide } from './support/provision.ts'

const root = join(import.meta.dirname, '..')
const bin = join(root, 'node_modules/.bin')
const reports = join(root, 'test-output')

interface Step {
  readonly name: string
  /** What it needs of the machine (test/support/provision.ts). */
  readonly needs: readonly Parameters<typeof provide>[0][]
  readonly command: readonly [program: string, ...args: string[]]
  /** A vitest project counts its tests; any other step counts as one. */
  readonly project?: string
}

const vitest = (project: string): Pick<Step, 'command' | 'project'> => ({
  project,
  command: [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${reportOf(project)}`,
  ],
})

const reportOf = (project: string) => join(reports, `${project}.json`)

const steps: readonly Step[] = [
  { name: 'types', needs: [], command: ['tsc', '-b'] },
  { name: 'lint', needs: [], command: ['oxlint', '--type-aware'] },
  { name: 'format', needs: [], command: ['oxfmt', '--check', '.'] },
  { name: 'page', needs: [], command: ['vite', 'build', '--logLevel', 'warn'] },
  { name: 'unit tests', needs: ['git', 'shells', 'archivers'], ...vitest('unit') },
  { name: 'tests on a Docker engine', needs: ['git', 'shells', 'archivers', 'docker'], ...vitest('docker') },
  { name: 'tests in Chromium', needs: ['git', 'docker', 'chromium'], ...vitest('e2e') },
]

function run({ command: [program, ...args] }: Step): SpawnSyncReturns<Buffer> {
  return spawnSync(join(bin, program), args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
  })
}

interface Count {
  passed: number
  failed: number
}

function countOf(step: Step, succeeded: boolean): Count {
  if (step.project === undefined) return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1 }
  try {
    const report = JSON.parse(readFileSync(reportOf(step.project), 'utf8')) as Record<string, number>
    const failed = report['numFailedTests'] ?? 0
    // A file that cannot be loaded has no tests that could fail.
    return { passed: report['numPassedTests'] ?? 0, failed: succeeded ? failed : Math.max(failed, 1) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })
const total: Count = { passed: 0, failed: 0 }
for (const step of steps) {
  const startedAt = performance.now()
  const missing = step.needs.map(provide).filter((problem) => problem !== undefined)
  let count: Count = { passed: 0, failed: 1 }
  if (missing.length > 0) console.log(`\n${step.name}: not run.\n${missing.join('\n')}`)
  else {
    console.log(`\n== ${step.name}`)
    count = countOf(step, run(step).status === 0)
  }
  total.passed += count.passed
  total.failed += count.failed
  console.log(
    `== ${step.name}: ${count.passed} passed, ${count.failed} failed (${Math.round((performance.now() - startedAt) / 1000)} s)`,
  )
}
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 ? 0 : 1
