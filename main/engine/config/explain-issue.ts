import type { z } from 'zod'

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
  if (value === undefined) return { path, ...fault(`${key} is missing`, remedyForMissing(key)) }
  const expected = expectedBy(issue, key)
  const isElement = path.endsWith(']')
  const subject = isElement ? `an entry of ${key}` : key
  const words = `${subject} must be ${nouns[expected]}, not ${nounOf(value)}`
  if (isElement && expected === 'string')
    return {
      path,
      ...fault(
        words,
        typeof value === 'number' ? `Put it in quotes: "${value}".` : 'Put one text in quotes.',
      ),
    }
  const remedy = remedies[expected](key, value)
  return { path, ...fault(words, remedy) }
}

type Expected = keyof typeof nouns
const nouns = {
  int: 'a whole number',
  boolean: 'true or false',
  string: 'text',
  duration: 'a duration',
  array: 'a list',
  tables: 'a list of sections',
  record: 'a section',
  date: 'a date and time',
  strings: 'text or a list of texts',
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
  if (typeof value === 'string') return 'text'
  if (typeof value === 'bigint') return 'a number this large'
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction'
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Date) return 'a date'
  return Array.isArray(value) ? 'a list' : 'a section'
}

function remedyForMissing(key: string): string | undefined {
  if (key === 'url') return 'Write the address of GitLab, for example url = "https://gitlab.com".'
  if (key === 'executor') return 'Write executor = "docker".'
  if (key === 'name') return 'Write the image of the service, for example name = "postgres:17".'
  return undefined
}

const remedies: Readonly<Record<Expected, (key: string, value: unknown) => string>> = {
  int: (key, value) =>
    typeof value === 'string' && /^\d+$/.test(value)
      ? `Write ${key} = ${value}, without quotes.`
      : `Write a number, for example ${key} = 1.`,
  boolean: (key, value) =>
    typeof value === 'string' && /^(?:true|false)$/i.test(value)
      ? `Write ${key} = ${value.toLowerCase()}, without quotes.`
      : `Write ${key} = true or ${key} = false.`,
  string: (key, value) =>
    typeof value === 'number' ? `Put it in quotes: ${key} = "${value}".` : 'Put one text in quotes.',
  duration: (key) => `Write it with a unit and in quotes, for example ${key} = "30s".`,
  array: (key, value) =>
    typeof value === 'string' ? `Put it in brackets: ${key} = [ "…" ].` : `Write ${key} = [ "…" ].`,
  tables: (key) => {
    const header = key === 'runners' ? key : `runners.docker.${key}`
    return `Write the header with two brackets on each side: [[${header}]].`
  },
  record: () => 'Write it as a section of its own, its header in brackets.',
  date: (key) => `Write it without quotes, for example ${key} = 2026-01-31T12:00:00Z.`,
  strings: (key) => `Write ${key} = "if-not-present" or ${key} = [ "always", "if-not-present" ].`,
}
