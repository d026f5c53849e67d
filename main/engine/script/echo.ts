import { quote } from './quote.ts'

const reset = '\u001b[0;m'

/** A line in bold green, as a stage's own words appear in the log (job-execution.md §5.5). */
export function notice(text: string): string {
  return printLine(`\u001b[32;1m${text}${reset}`)
}

/** A yellow line. */
export function warningLine(text: string): string {
  return printLine(`\u001b[0;33m${text}${reset}`)
}

/** A bold red line. */
export function errorLine(text: string): string {
  return printLine(`\u001b[31;1m${text}${reset}`)
}

/** Prints a line exactly as it stands. Not with echo: dash and busybox give backslashes in it a meaning. */
export function printLine(text: string): string {
  return `printf '%s\\n' ${quote(text)}`
}
