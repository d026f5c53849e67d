import { say } from '../../contract/sentences/say.ts'
import { fault, type Complaint, type Finding } from './complaint.ts'
import { join } from './toml-places.ts'

type Labels = Readonly<Record<string, string>>

const key = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{2,64}$/
const value = /^[a-zA-Z0-9._-]{1,256}$/
const most = 32

/** The rules of config-toml.md §3.1, over the `labels` section at `path`. */
export const checkLabels = (path: string, labels: Labels): readonly Finding[] =>
  Object.entries(labels).flatMap(([name, text]) => {
    const complaint = judge(name, text)
    return complaint ? [{ path: join(path, name), ...complaint }] : []
  })

function judge(name: string, text: string): Complaint | undefined {
  if (!key.test(name)) {
    return fault(say('label-name', { name }), say('label-name-form'))
  }
  if (value.test(text)) return undefined
  return fault(say('label-value', { name }), say('label-value-form'))
}

/** Labels a runner sends: its own over the global ones. */
export const mergeLabels = (global: Labels, own: Labels): Labels => ({ ...global, ...own })

export function checkLabelCount(path: string, global: Labels, own: Labels): readonly Finding[] {
  const count = Object.keys(mergeLabels(global, own)).length
  if (count <= most) return []
  const message = say('label-count', { count, most })
  return [{ path, ...fault(message, say('label-surplus', { count: count - most })) }]
}
