import { inWords } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'
import './toolchains.css'
import { useShelf } from './use-shelf.ts'

interface ToolchainChoiceProps {
  readonly connection: Connection
  /** `name@version` each. */
  readonly chosen: readonly string[]
  readonly onChange: (chosen: string[]) => void
}

/** Toolchains of the library to give a new runner; one version of each. Nothing where there is none. */
export function ToolchainChoice({ connection, chosen, onChange }: ToolchainChoiceProps) {
  const { words } = useReader()
  const shelf = useReady(useShelf(connection))
  const versions = (shelf?.toolchains ?? []).flatMap((one) => one.versions)
  if (versions.length === 0) return null
  const choose = (name: string, reference: string, isChosen: boolean) => {
    const others = chosen.filter((one) => !one.startsWith(`${name}@`))
    onChange(isChosen ? [...others, reference] : others)
  }
  return (
    <section className="rows" aria-label={words.toolchains.title}>
      <h3 className="label">{words.toolchains.wizard.choose}</h3>
      <div className="toolchain-choices">
        {versions.map(({ form, sees }) => (
          <CheckBox
            key={inWords(form)}
            isSelected={chosen.includes(inWords(form))}
            onChange={(isChosen) => choose(form.name, inWords(form), isChosen)}
            hint={<span className="mono">{sees.mount.target}</span>}
          >
            {form.name} {form.version}
          </CheckBox>
        ))}
      </div>
    </section>
  )
}
