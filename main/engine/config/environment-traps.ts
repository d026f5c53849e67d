import { say } from '../../contract/sentences/say.ts'
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
  if (!entry.includes('=')) return hint(say('entry-dropped', { entry }), say('write-entry', { entry }))
  const [name, value] = splitEntry(entry)
  // "$$" is a literal dollar, so that what follows is no reference.
  const names = [...value.replaceAll('$$', '').matchAll(reference)].map((match) => match[1] ?? match[2] ?? '')
  if (names.includes(name)) {
    return hint(
      name === 'PATH' ? say('refers-to-path') : say('refers-to-itself', { name }),
      say('extend-in-script', { example: `export ${name}=…:$${name}` }),
    )
  }
  for (const used of names) {
    const target = values.get(used)
    if (target !== undefined && /\$(?:\{?\w)/.test(target)) {
      return hint(say('replaced-once', { name: used }), say('write-out', { name: used }))
    }
    if (target === undefined && !given.test(used)) {
      return hint(say('becomes-empty', { name: used }), say('set-in-script', { used, name }))
    }
  }
  return undefined
}
