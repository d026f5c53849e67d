import type { JobVariable } from '../job/job.ts'

/**
 * Leaves out what no process environment can hold: names that are empty or contain `=`, `/`, a line break or NUL (a
 * file variable's name is also its file's), and NUL inside values.
 */
export function usableVariables(variables: readonly JobVariable[]): {
  readonly variables: readonly JobVariable[]
  readonly warnings: readonly string[]
} {
  const usable = variables.filter(isUsable)
  return {
    variables: usable.map(withoutNul),
    warnings: variables
      .filter((variable) => !isUsable(variable))
      .map(({ key }) => `${JSON.stringify(key)}: no environment can hold a variable of this name`),
  }
}

function withoutNul(variable: JobVariable): JobVariable {
  return variable.value.includes('\0')
    ? { ...variable, value: variable.value.replaceAll('\0', '') }
    : variable
}

function isUsable({ key, file }: JobVariable): boolean {
  // oxlint-disable-next-line no-control-regex -- NUL and line breaks are what this keeps out
  return /^[^=/\u0000\n\r]+$/.test(key) && !(file && (key === '.' || key === '..'))
}
