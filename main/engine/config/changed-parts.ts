import type { ChangedPart } from '../../contract/config-changes.ts'
import { leavesOf } from './leaves.ts'
import { readToml, TomlSyntaxError } from './toml-text.ts'

/** What differs between two texts, by keys; nothing where one of them is no TOML. */
export function changedParts(before: string, after: string): readonly ChangedPart[] {
  try {
    return compare(split(before), split(after))
  } catch (error) {
    if (error instanceof TomlSyntaxError) return []
    throw error
  }
}

type Table = Readonly<Record<string, unknown>>

interface Split {
  readonly globals: Table
  readonly runners: readonly Table[]
}

function split(text: string): Split {
  const { runners, ...globals } = readToml(text)
  return { globals, runners: Array.isArray(runners) ? (runners as readonly Table[]) : [] }
}

function compare(before: Split, after: Split): readonly ChangedPart[] {
  const left = new Set(before.runners)
  const kept = after.runners.flatMap((runner, index): readonly ChangedPart[] => {
    const former = formerOf(runner, index, before.runners, left)
    if (former === undefined) return [{ runner: nameOf(runner), what: 'added' }]
    left.delete(former)
    return changedKeys(former, runner).map((part) => ({ runner: nameOf(runner), ...part }))
  })
  return [
    ...changedKeys(before.globals, after.globals),
    ...kept,
    ...[...left].map((runner): ChangedPart => ({ runner: nameOf(runner), what: 'removed' })),
  ]
}

/** By token, else by server and name; where neither fits, whoever stood in the same place on the same server. */
function formerOf(runner: Table, index: number, all: readonly Table[], left: ReadonlySet<Table>) {
  const candidates = all.filter((one) => left.has(one) && one['url'] === runner['url'])
  return (
    candidates.find((one) => one['token'] === runner['token']) ??
    candidates.find((one) => one['name'] === runner['name']) ??
    candidates.find((one) => one === all[index])
  )
}

function changedKeys(before: Table, after: Table): readonly ChangedPart[] {
  const was = new Map(leavesOf(before).map(([key, value]) => [key, JSON.stringify(value)]))
  const is = new Map(leavesOf(after).map(([key, value]) => [key, JSON.stringify(value)]))
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((key): readonly ChangedPart[] => {
    const [old, now] = [was.get(key), is.get(key)]
    if (old === now) return []
    return [{ key, what: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed' }]
  })
}

const nameOf = ({ name }: Table) => (typeof name === 'string' ? name : '')
