// East Asian wide and full-width forms, and the pictures: two columns in a terminal (Unicode TR 11).
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/gu
const narrow = /^[ -~]*$/
const tabWidth = 8

/** How many columns a line takes at most; `isRagged` where a row may end a column early. */
export function textWidth(line: string): { readonly columns: number; readonly isRagged: boolean } {
  if (narrow.test(line)) return { columns: line.length, isRagged: false }
  const tabs = line.split('\t').length - 1
  const wideOnes = line.match(wide)?.length ?? 0
  return { columns: line.length + wideOnes + tabs * (tabWidth - 1), isRagged: wideOnes > 0 || tabs > 0 }
}
