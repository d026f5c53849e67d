import type { SetupDraft } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { useReader } from '../ui/reader.tsx'
import { useCheck } from '../wizard/use-check.ts'

interface FoundProgramsProps {
  readonly connection: Connection
  readonly mount: SetupDraft['mounts'][number]
  /** Of the draft. */
  readonly path: readonly string[]
  readonly onChange: (path: string[]) => void
}

// A longer list is a toolchain that nobody needs all of on PATH.
const mostShown = 6

/** Folders of programs in a folder that jobs are to see, each to be put on PATH. */
export function FoundPrograms({ connection, mount, path, onChange }: FoundProgramsProps) {
  const { words } = useReader()
  const { source, target } = mount
  const check = useCheck(connection, source.trim() === '' ? undefined : JSON.stringify(source), (api) =>
    api.checkFolder({ path: source }),
  )
  if (check.kind !== 'answered' || check.answer.state !== 'found') return null
  const { binFolders } = check.answer
  if (binFolders.length === 0) return null
  const at = (target || source).replace(/\/$/, '')
  return (
    <div className="found-programs">
      <p className="hint">{words.toolchains.wizard.bins}</p>
      {binFolders.slice(0, mostShown).map((bin) => {
        const folder = `${at}/${bin}`
        return (
          <CheckBox
            key={bin}
            isSelected={path.includes(folder)}
            onChange={(isOn) => onChange(isOn ? [...path, folder] : path.filter((one) => one !== folder))}
          >
            <span className="mono">{folder}</span> → PATH
          </CheckBox>
        )
      })}
    </div>
  )
}
