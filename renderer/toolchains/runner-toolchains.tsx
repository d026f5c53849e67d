import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'
import { Assignments } from './assignments.tsx'
import './toolchains.css'
import { useShelf } from './use-shelf.ts'

interface RunnerToolchainsProps {
  readonly runnerKey: string
  readonly name: string
  readonly connection: Connection
}

/** The toolchains of one runner, where there are any at all. */
export function RunnerToolchains({ runnerKey, name, connection }: RunnerToolchainsProps) {
  const { words } = useReader()
  const shelf = useReady(useShelf(connection))
  const versions = (shelf?.toolchains ?? []).flatMap((one) => one.versions)
  if (versions.length === 0) return null
  const has = versions.filter(({ runners }) => runners.some(({ key }) => key === runnerKey))
  // A runner has one version of a toolchain at a time.
  const others = versions.filter((version) => has.every(({ form }) => form.name !== version.form.name))
  const here = (some: typeof versions) =>
    some.map(({ form }) => ({ reference: form, runner: { key: runnerKey, name } }))
  return (
    <Assignments
      connection={connection}
      lists="toolchains"
      has={here(has)}
      others={here(others)}
      empty={words.toolchains.assigned.noneOfRunner}
    />
  )
}
