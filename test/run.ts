/** `npm test`: everything, from a fresh clone. Ends with the line `N passed, N failed`. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { provide } from './support/provision.ts'
import { summaryVariable, type Summary } from './support/summary-reporter.ts'

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
    '--reporter=./test/support/summary-reporter.ts',
  ],
})

const summaryOf = (project: string) => join(reports, `${project}.json`)

const steps: readonly Step[] = [
  { name: 'types', needs: [], command: ['tsc', '-b'] },
  { name: 'lint', needs: [], command: ['oxlint', '--type-aware'] },
  { name: 'format', needs: [], command: ['oxfmt', '--check', '.'] },
  { name: 'page', needs: [], command: ['vite', 'build', '--logLevel', 'warn'] },
  { name: 'unit tests', needs: ['git', 'shells', 'archivers'], ...vitest('unit') },
  { name: 'tests on a Docker engine', needs: ['git', 'shells', 'archivers', 'docker'], ...vitest('docker') },
  { name: 'tests in Chromium', needs: ['git', 'docker', 'chromium'], ...vitest('e2e') },
]

// Read as text, a log in colours is mostly escape codes.
const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined }

function run({ command: [program, ...args], project }: Step): SpawnSyncReturns<Buffer> {
  return spawnSync(join(bin, program), args, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...plain,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      [summaryVariable]: project === undefined ? undefined : summaryOf(project),
    },
  })
}

function summaryAfter(step: Step, succeeded: boolean): Summary {
  const whole: Summary = succeeded
    ? { passed: 1, failed: [], retried: [] }
    : { passed: 0, failed: [step.name], retried: [] }
  if (step.project === undefined) return whole
  try {
    const summary = JSON.parse(readFileSync(summaryOf(step.project), 'utf8')) as Summary
    return succeeded || summary.failed.length > 0 ? summary : { ...summary, failed: [step.name] }
  } catch {
    return { passed: 0, failed: [`${step.name}: wrote no summary`], retried: [] }
  }
}

rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })
let passed = 0
const failed: string[] = []
const retried: string[] = []
for (const step of steps) {
  const startedAt = performance.now()
  const missing = step.needs.map(provide).filter((problem) => problem !== undefined)
  let summary: Summary = { passed: 0, failed: [`${step.name}: not run`], retried: [] }
  if (missing.length > 0) console.log(`\n${step.name}: not run.\n${missing.join('\n')}`)
  else {
    console.log(`\n== ${step.name}`)
    summary = summaryAfter(step, run(step).status === 0)
  }
  passed += summary.passed
  failed.push(...summary.failed)
  retried.push(...summary.retried)
  console.log(
    `== ${step.name}: ${summary.passed} passed, ${summary.failed.length} failed (${Math.round((performance.now() - startedAt) / 1000)} s)`,
  )
}
const list = (title: string, lines: readonly string[]) =>
  lines.length > 0 && console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`)
list('Passed, but not the first time:', retried)
list('Failed:', failed)
console.log(`\n${passed} passed, ${failed.length} failed`)
process.exitCode = failed.length === 0 ? 0 : 1
