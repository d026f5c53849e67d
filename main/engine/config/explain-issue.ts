import type { z } from 'zod'

import { say } from '../../contract/sentences/say.ts'
import { fault, keyOf, type Finding } from './complaint.ts'
import { join } from './toml-places.ts'

type Issue = z.core.$ZodIssue

/** Path of an issue as the rest of the configuration writes paths. */
export const pathOf = (steps: readonly PropertyKey[]) =>
  steps.reduce<string>(
    (path, step) => (typeof step === 'number' ? `${path}[${step}]` : join(path, String(step))),
    '',
  )

/** A mistake of type, in words. `value` is what stands there; `undefined` where the key is missing. */
export function explainIssue(issue: Issue, value: unknown): Finding {
  const path = pathOf(issue.path)
  const key = keyOf(path)
  if (value === undefined) return { path, ...fault(say('key-missing', { key }), remedyForMissing(key)) }
  const expected = expectedBy(issue, key)
  const isElement = path.endsWith(']')
  const subject = isElement ? say('entry-of', { key }) : key
  const words = say('wrong-type', { subject, expected: nouns[expected], found: nounOf(value) })
  if (isElement && expected === 'string')
    return {
      path,
      ...fault(
        words,
        typeof value === 'number' ? say('put-in-quotes', { example: `"${value}"` }) : say('one-text'),
      ),
    }
  const remedy = remedies[expected](key, value)
  return { path, ...fault(words, remedy) }
}

type Expected = keyof typeof nouns
const nouns = {
  int: say('noun-int'),
  boolean: say('noun-boolean'),
  string: say('noun-string'),
  duration: say('noun-duration'),
  array: say('noun-array'),
  tables: say('noun-tables'),
  record: say('noun-section'),
  date: say('noun-date'),
  strings: say('noun-strings'),
}

const sectionLists = new Set(['runners', 'services'])
const durations = /_timeout$|_interval$|_max_age$/

function expectedBy(issue: Issue, key: string): Expected {
  if (issue.code === 'invalid_union') return 'strings'
  const expected: string =
    issue.code === 'invalid_type' ? issue.expected : issue.code === 'too_big' ? 'int' : 'string'
  if (expected === 'array') return sectionLists.has(key) ? 'tables' : 'array'
  if (expected === 'string') return durations.test(key) ? 'duration' : 'string'
  if (expected === 'number' || expected === 'int') return 'int'
  if (expected === 'object' || expected === 'record') return 'record'
  return expected === 'boolean' || expected === 'date' ? expected : 'string'
}

function nounOf(value: unknown): string {
  if (typeof value === 'string') return say('noun-string')
  if (typeof value === 'bigint') return say('noun-large')
  if (typeof value === 'number') return Number.isInteger(value) ? say('noun-number') : say('noun-fraction')
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Date) return say('noun-some-date')
  return Array.isArray(value) ? say('noun-array') : say('noun-section')
}

function remedyForMissing(key: string): string | undefined {
  if (key === 'url') return say('write-gitlab-address')
  if (key === 'executor') return say('write-value', { one: 'executor', value: '"docker"' })
  if (key === 'name') return say('write-service-image')
  return undefined
}

const remedies: Readonly<Record<Expected, (key: string, value: unknown) => string>> = {
  int: (key, value) =>
    typeof value === 'string' && /^\d+$/.test(value)
      ? say('without-quotes', { example: `${key} = ${value}` })
      : say('write-number', { example: `${key} = 1` }),
  boolean: (key, value) =>
    typeof value === 'string' && /^(?:true|false)$/i.test(value)
      ? say('without-quotes', { example: `${key} = ${value.toLowerCase()}` })
      : say('write-either', { one: key, first: 'true', two: key, second: 'false' }),
  string: (key, value) =>
    typeof value === 'number' ? say('put-in-quotes', { example: `${key} = "${value}"` }) : say('one-text'),
  duration: (key) => say('with-unit', { example: `${key} = "30s"` }),
  array: (key, value) =>
    typeof value === 'string'
      ? say('in-brackets', { example: `${key} = [ "…" ]` })
      : say('write-value', { one: key, value: '[ "…" ]' }),
  tables: (key) => {
    const header = key === 'runners' ? key : `runners.docker.${key}`
    return say('two-brackets', { header: `[[${header}]]` })
  },
  record: () => say('own-section'),
  date: (key) => say('date-without-quotes', { example: `${key} = 2026-01-31T12:00:00Z` }),
  strings: (key) =>
    say('write-either', {
      one: key,
      first: '"if-not-present"',
      two: key,
      second: '[ "always", "if-not-present" ]',
    }),
}
