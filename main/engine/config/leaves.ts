import { join } from './toml-places.ts'

/** Everything of a file that has a value, with its path, in the order of the file. A list of plain values is one. */
export function leavesOf(value: unknown, path = ''): readonly (readonly [path: string, value: unknown])[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && !(item instanceof Date)))
    return value.flatMap((item, index) => leavesOf(item, `${path}[${index}]`))
  if (typeof value !== 'object' || value === null || value instanceof Date || Array.isArray(value))
    return [[path, value]]
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, join(path, key)))
}
