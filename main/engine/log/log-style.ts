/** The runner's own lines, byte for byte (job-execution.md §0, §2.1–2.3). */

const clear = '\u001B[0K'
const reset = '\u001B[0;m'
const boldRed = '\u001B[31;1m'
const boldGreen = '\u001B[32;1m'
const boldCyan = '\u001B[36;1m'
const yellow = '\u001B[0;33m'

export const plainLine = (text: string) => `${clear}${text}${reset}\n`
export const infoLine = (text: string) => `${boldGreen}${text}${reset}\n`
export const warningLine = (text: string) => `${yellow}WARNING: ${text}${reset}\n`
export const errorLine = (text: string) => `${boldRed}ERROR: ${text}${reset}\n`

/** Heading of a section: a plain line, hence two resets. */
export const headingLine = (title: string) => plainLine(`${boldCyan}${title}${reset}`)

/** No line feed follows: the heading, or the next section, stands on the same line. */
export const sectionMarker = (edge: 'start' | 'end', unixSeconds: number, name: string) =>
  `section_${edge}:${unixSeconds}:${name}\r${clear}`
