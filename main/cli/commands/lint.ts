import { readFile, stat } from 'node:fs/promises'

import type { ConfigProblem } from '../../contract/status.ts'
import { lintConfig, type LintReport } from '../../engine/config/lint.ts'
import { problemInWords } from '../../engine/config/parse-config.ts'
import type { Trap } from '../../engine/toolchain/doctor/traps.ts'
import { mendRunner, runnersIn } from '../../engine/toolchain/mend.ts'
import { CommandFailure, type Command } from '../command.ts'
import { configOption, jsonOption } from '../common-options.ts'
import { configFileOf } from '../config-access.ts'

export const lint: Command = {
  options: [configOption, jsonOption],
  async run(values, terminal) {
    const file = configFileOf(values, terminal)
    const { problems, advice, mendable } = await examine(file, terminal.around.environment)
    const failed = problems.length > 0
    if (values.flag('json') === true) {
      const report = { file, ok: !failed, problems, advice }
      terminal.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
      return failed ? 1 : 0
    }
    const line = (word: string, problem: ConfigProblem) => `${word}: ${problemInWords(problem, file)}\n`
    for (const problem of problems) terminal.stdout.write(line(problem.severity, problem))
    for (const trap of advice) terminal.stdout.write(line('advice', trap))
    if (mendable.length > 0) {
      terminal.stdout.write('Known to go wrong with toolchains; "drydock toolchain fix" mends it:\n')
      for (const { cause } of mendable) terminal.stdout.write(`    ${cause}\n`)
    }
    if (!failed) terminal.stdout.write(`${file} is valid.\n`)
    return failed ? 1 : 0
  },
}

async function examine(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<LintReport & { readonly mendable: readonly Trap[] }> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.message})`
    throw new CommandFailure(`${file} ${why}; name another one with --config.`)
  })
  const report = lintConfig(text, { environment })
  const { mode } = await stat(file)
  // Windows has no such modes.
  const mendable = mendableIn(text)
  if (process.platform === 'win32' || (mode & 0o077) === 0) return { ...report, mendable }
  const open: ConfigProblem = {
    path: '',
    message: `others on this machine may read the file and the tokens in it (mode ${(mode & 0o777).toString(8)})`,
    remedy: `Run: chmod 600 ${file}`,
    severity: 'warning',
  }
  return { ...report, mendable, advice: [open, ...report.advice] }
}

function mendableIn(text: string): readonly Trap[] {
  try {
    return Array.from({ length: runnersIn(text) }, (_, index) => mendRunner(text, index).done).flat()
  } catch {
    // What is no TOML has been complained of.
    return []
  }
}
