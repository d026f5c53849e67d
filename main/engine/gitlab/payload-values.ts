import { z } from 'zod'

/**
 * Values as Go's JSON decoder reads them, which is what GitLab is tested against (coordinator-api.md §2.3): unknown
 * keys are ignored, absent and null are the zero value, everything else must have its type.
 */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)

export const whole = z
  .int()
  .nullish()
  .transform((value) => value ?? 0)

export function listOf<T extends z.ZodType>(element: T) {
  return z
    .array(element)
    .nullish()
    .transform((value): readonly z.output<T>[] => value ?? [])
}

export const texts = listOf(text)

/** One of the words, or the first where nothing is said. */
export function wordOf<const W extends readonly [string, ...string[]]>(words: W) {
  return z
    .enum(['', ...words])
    .nullish()
    .transform((value): W[number] => value || words[0])
}

/** All members of `shape` must accept being absent. */
export function struct<S extends z.ZodRawShape>(shape: S) {
  const schema = z.object(shape)
  const zero = schema.parse({})
  return schema.nullish().transform((value) => value ?? zero)
}

/** A map whose values are looked at later. */
export const mapOfUnknown = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {})
