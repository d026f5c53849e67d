import { useState } from 'react'
import { Button } from 'react-aria-components'

import type { ShelvedToolchain, ShelvedVersion } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'
import { EditDialog } from './diff-dialog.tsx'

interface VersionsProps {
  readonly toolchain: ShelvedToolchain
  readonly shown: ShelvedVersion
  readonly connection: Connection
}

/** All versions; one of them is what jobs get who name none. */
export function Versions({ toolchain, shown, connection }: VersionsProps) {
  const { words } = useReader()
  const { versions: say } = words.toolchains
  const [next, setNext] = useState<string>()
  const { name } = toolchain
  return (
    <section className="toolchain-part">
      <div className="row-between">
        <h2>{say.title}</h2>
        <a className="button bare" href={linkTo({ page: 'add-toolchain', name })}>
          {say.add}
        </a>
      </div>
      <ul className="plain-rows">
        {toolchain.versions.map(({ form: { version }, isCurrent }) => (
          <li key={version}>
            <a
              className="text-link"
              href={linkTo({ page: 'toolchain', name, version })}
              aria-current={version === shown.form.version ? 'page' : undefined}
            >
              {version}
            </a>
            {isCurrent ? (
              <span className="tag">{words.toolchains.current}</span>
            ) : (
              <Button className="button bare" onPress={() => setNext(version)}>
                {say.makeCurrent}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {next !== undefined && (
        <EditDialog
          connection={connection}
          edit={{ what: 'switch', reference: { name, version: next } }}
          title={say.switchTitle(name, next)}
          lead={say.switchLead}
          action={say.makeCurrent}
          onClose={() => setNext(undefined)}
        />
      )}
    </section>
  )
}
