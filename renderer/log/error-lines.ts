import { ansiText } from '../../main/contract/ansi.ts'

// The words of compilers, linkers, shells, Git and make; not a file called error.c, and not "0 errors".
const speaks =
  /(?<![-\w./])(?:fatal|error|errors|panic|exception|segmentation fault)(?=[:\s\]!]|$)|\bnot found\b|: undefined reference to /i
// Most lines hold none of these, and need no further look.
const mightSpeak = /error|fatal|panic|exception|segmentation|not found|undefined ref/i
const denies = /\b(?:0|no|zero|without) errors?\b/i

/** Does the line speak of an error? */
export function isErrorLine(line: string): boolean {
  if (!mightSpeak.test(line)) return false
  const text = ansiText(line)
  return speaks.test(text) && !denies.test(text)
}
