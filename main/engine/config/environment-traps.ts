import { hint, type Complaint, type Finding } from './complaint.ts'

/** Variables GitLab or Drydock defines before a job's own. */
const given = /^(?:CI|GITLAB|FF|RUNNER)_|^(?:CI|HOME|USER|PWD|HOSTNAME)$/
const reference = /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g

/** How `environment` differs from what shells have taught people (config-toml.md §3.2). */
export function environmentTraps(path: string, entries: readonly string[]): Finding[] {
  const values = new Map(entries.map((entry) => splitEntry(entry)))
  return entries.flatMap((entry, index) => {
    const complaint = judge(entry, values)
    return complaint ? [{ path: `${path}.environment[${index}]`, ...complaint }] : []
  })
}

const splitEntry = (entry: string): [string, string] => {
  const at = entry.indexOf('=')
  return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
}

function judge(entry: string, values: ReadonlyMap<string, string>): Complaint | undefined {
  if (!entry.includes('=')) return hint(`"${entry}" has no "=" and is dropped`, `Write "${entry}=value".`)
  const [name, value] = splitEntry(entry)
  // "$$" is a literal dollar, so that what follows is no reference.
  const names = [...value.replaceAll('$$', '').matchAll(reference)].map((match) => match[1] ?? match[2] ?? '')
  if (names.includes(name)) {
    const effect = name === 'PATH' ? ', and jobs no longer find their programs' : ''
    return hint(
      `$${name} in the value of ${name} means this entry itself, not the image's value${effect}`,
      `Extend it in pre_build_script instead: export ${name}=…:$${name}`,
    )
  }
  for (const used of names) {
    const target = values.get(used)
    if (target !== undefined && /\$(?:\{?\w)/.test(target)) {
      const remedy = `Write the value of ${used} out in full.`
      return hint(`$${used} is replaced once, so that the "$" in its own value stays as text`, remedy)
    }
    if (target === undefined && !given.test(used)) {
      const remedy = `If ${used} comes from the image, set ${name} in pre_build_script instead.`
      return hint(
        `$${used} becomes empty unless GitLab sends a variable ${used}: the image's value is not seen`,
        remedy,
      )
    }
  }
  return undefined
}
