import type { ConfigProblem } from '../../contract/status.ts'
import { problemInWords } from './parse-config.ts'

/** A configuration with errors. The message has one line per problem: file, line, column, key, remedy. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused'
  readonly problems: readonly ConfigProblem[]
  constructor(file: string, problems: readonly ConfigProblem[]) {
    const errors = problems.filter(({ severity }) => severity === 'error')
    super(errors.map((problem) => problemInWords(problem, file)).join('\n'))
    this.problems = problems
  }
}
