import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'

import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** What became of a project's tests, each named by its file and its sentence. */
export interface Summary {
  readonly passed: number
  /** With the beginning of the reason; also files that could not be loaded and errors outside any test. */
  readonly failed: readonly string[]
  /** Passed, but not the first time. */
  readonly retried: readonly string[]
}

/** Names the file that the summary goes to, as JSON. */
export const summaryVariable = 'DRYDOCK_TEST_SUMMARY'

type Errors = readonly Pick<SerializedError, 'message'>[]

const reasonOf = (errors: Errors) =>
  errors
    .map(({ message }) => message.split('\n').slice(0, 12).join('\n      ').slice(0, 1200))
    .join('\n      ')
const withReason = (name: string, errors: Errors) => `${name}\n      ${reasonOf(errors)}`
const nameOf = ({ module, fullName }: TestCase) => `${relative('', module.moduleId)} > ${fullName}`

function brokenFiles(modules: readonly TestModule[]): string[] {
  return modules
    .filter((module) => module.errors().length > 0)
    .map((module) => withReason(relative('', module.moduleId), module.errors()))
}

function brokenSuites(modules: readonly TestModule[]): string[] {
  return modules.flatMap((module) =>
    [...module.children.allSuites()]
      .filter((suite) => suite.errors().length > 0)
      .map((suite) => withReason(`${relative('', module.moduleId)} > ${suite.fullName}`, suite.errors())),
  )
}

export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env[summaryVariable]
    if (file === undefined) return
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed')
    const failed = tests
      .filter((test) => test.result().state === 'failed')
      .map((test) => withReason(nameOf(test), test.result().errors ?? []))
    const summary: Summary = {
      passed: passed.length,
      failed: [
        ...failed,
        ...brokenFiles(modules),
        ...brokenSuites(modules),
        ...unhandled.map((error) => withReason('outside any test', [error])),
      ],
      retried: passed.filter((test) => (test.diagnostic()?.retryCount ?? 0) > 0).map(nameOf),
    }
    writeFileSync(file, JSON.stringify(summary, undefined, 2))
  }
}
