import type { z } from 'zod'

type Schema = z.core.$ZodType

/** What a key of the file holds, looking through defaults and transformations. */
export type Kind =
  | { readonly kind: 'text' | 'number' | 'boolean' | 'date' | 'texts' | 'unknown' }
  /** A table with any keys. */
  | { readonly kind: 'map'; readonly values: Kind }
  | { readonly kind: 'section'; readonly keys: Readonly<Record<string, Schema>> }
  | { readonly kind: 'sections'; readonly keys: Readonly<Record<string, Schema>> }

/** Reads a schema the way a person reads config-toml.md's tables: key by key. */
export function kindOf(schema: Schema): Kind {
  // zod's documented place for whoever reads schemas.
  // oxlint-disable-next-line no-underscore-dangle
  const { def } = schema._zod as { def: z.core.$ZodTypes['_zod']['def'] }
  // Of zod's many types the schema uses these; another one would be a mistake that shows as `unknown`.
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check
  switch (def.type) {
    case 'default':
    case 'prefault':
    case 'optional':
      return kindOf(def.innerType)
    case 'pipe':
      return kindOf(def.in)
    // Only `pull_policy`: one text or several.
    case 'union':
      return { kind: 'texts' }
    case 'object':
      return { kind: 'section', keys: def.shape }
    case 'record':
      return { kind: 'map', values: kindOf(def.valueType) }
    case 'array': {
      const element = kindOf(def.element)
      return element.kind === 'section' ? { kind: 'sections', keys: element.keys } : { kind: 'texts' }
    }
    case 'string':
      return { kind: 'text' }
    case 'number':
      return { kind: 'number' }
    case 'boolean':
      return { kind: 'boolean' }
    case 'date':
      return { kind: 'date' }
    default:
      return { kind: 'unknown' }
  }
}
