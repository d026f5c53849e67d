import { say } from '../../contract/sentences/say.ts'
import type { JobInput } from './payload-schema.ts'

/** Puts inputs into one text. Collects in `problems` what cannot be put in; the text then stays as it is. */
export type Interpolate = (text: string) => string

const expression = /\$\{\{(.*?)\}\}/gs
const access = /^job\.inputs\.([A-Za-z_][A-Za-z0-9_-]*)$/

/**
 * How `${{ job.inputs.NAME }}` is replaced (coordinator-api.md §6.13). Without inputs text is left alone.
 * @param problems receives a sentence for each expression that cannot be evaluated.
 */
export function interpolateWith(inputs: readonly JobInput[], problems: string[]): Interpolate {
  if (inputs.length === 0) return (text) => text
  const byName = new Map(inputs.map(({ key, value }) => [key, value]))

  const refuse = (whole: string, problem: string) => {
    const sentence = `${say('input-cannot', { expression: whole.trim(), why: problem })}.`
    if (!problems.includes(sentence)) problems.push(sentence)
    return whole
  }
  return (text) => {
    const last = text.lastIndexOf('${{')
    if (last === -1) return text
    if (text.indexOf('}}', last) === -1)
      return refuse(text.slice(last, last + 60), say('input-no-end')) && text
    return text.replace(expression, (whole, inner: string) => {
      const name = access.exec(inner.trim())?.[1]
      if (name === undefined) return refuse(whole, say('input-access'))
      const value = byName.get(name)
      if (!value) return refuse(whole, say('input-none', { name }))
      if (value.sensitive) return refuse(whole, say('input-sensitive', { name }))
      return typeof value.content === 'string' ? value.content : JSON.stringify(value.content)
    })
  }
}
