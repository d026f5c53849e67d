import type { z } from 'zod'

import { recognise } from './sentences/recognise.ts'
import { say } from './sentences/say.ts'

type Issue = z.core.$ZodIssue

/** The first thing wrong with what was sent, as a sentence of ours that names its field. */
export function inputProblem(error: z.ZodError): string {
  const [issue] = error.issues
  return issue === undefined ? say('field-form', { field: 'input' }) : problemWith(issue)
}

/** What a schema of ours says itself stays as it is; the library's own words are English only. */
function problemWith(issue: Issue): string {
  const field = issue.path.map(String).join('.') || 'input'
  if (recognise(issue.message) !== undefined) return say('field-problem', { field, why: issue.message })
  switch (issue.code) {
    case 'invalid_type':
      return ofWrongType(issue, field)
    case 'too_small':
      return tooSmall(issue, field)
    case 'too_big': {
      const facts = { field, most: String(issue.maximum) }
      return isLength(issue.origin) ? say('field-too-long', facts) : say('field-most', facts)
    }
    case 'invalid_value':
      return say('field-choice', { field, list: issue.values.map(String).join(', ') })
    case 'unrecognized_keys':
      return say('field-unknown', { field: issue.keys.join(', ') })
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return say('field-form', { field })
  }
}

function ofWrongType(issue: Extract<Issue, { code: 'invalid_type' }>, field: string): string {
  if (issue.input === undefined && /received undefined/.test(issue.message))
    return say('field-missing', { field })
  if (issue.expected === 'int') return say('field-whole', { field })
  return issue.expected === 'number' ? say('field-number', { field }) : say('field-kind', { field })
}

function tooSmall(issue: Extract<Issue, { code: 'too_small' }>, field: string): string {
  const facts = { field, least: String(issue.minimum) }
  if (!isLength(issue.origin))
    return issue.inclusive === false ? say('field-above', facts) : say('field-least', facts)
  return issue.minimum === 1 ? say('field-empty', { field }) : say('field-too-short', facts)
}

const isLength = (origin: string) => origin === 'string' || origin === 'array' || origin === 'set'
