import type { ShelvedVersion, ToolchainShelf } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { Assignments } from './assignments.tsx'

interface RunnersWithProps {
  readonly version: ShelvedVersion
  readonly shelf: ToolchainShelf
  readonly connection: Connection
}

/** The runners that have one version of a toolchain. */
export function RunnersWith({ version: { form, runners }, shelf, connection }: RunnersWithProps) {
  const { assigned: say } = useReader().words.toolchains
  const others = shelf.runners.filter(({ key }) => runners.every((runner) => runner.key !== key))
  const withIt = (some: typeof shelf.runners) => some.map((runner) => ({ reference: form, runner }))
  return (
    <Assignments
      connection={connection}
      lists="runners"
      has={withIt(runners)}
      others={withIt(others)}
      empty={shelf.runners.length === 0 ? say.noRunners : say.none}
    />
  )
}
