import { useState } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'

import { inWords, type ToolchainEdit, type ToolchainRef } from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { ClearIcon, DownIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'
import { EditDialog } from './diff-dialog.tsx'
import './toolchains.css'
import { useShelf } from './use-shelf.ts'

interface RunnerToolchainsProps {
  readonly runnerKey: string
  readonly name: string
  readonly connection: Connection
}

type Wish = Extract<ToolchainEdit, { what: 'assign' | 'unassign' }>

/** The toolchains of one runner; each change is shown as config.toml will have it. */
export function RunnerToolchains({ runnerKey, name, connection }: RunnerToolchainsProps) {
  const { words } = useReader()
  const { assigned: say } = words.toolchains
  const shelf = useReady(useShelf(connection))
  const [wish, setWish] = useState<Wish>()
  const versions = (shelf?.toolchains ?? []).flatMap((one) => one.versions)
  if (versions.length === 0) return null
  const has = versions.filter(({ runners }) => runners.some(({ key }) => key === runnerKey))
  const others = versions.filter((version) => has.every(({ form }) => form.name !== version.form.name))
  const wanted = (what: Wish['what'], { name, version }: ToolchainRef) =>
    setWish({ what, reference: { name, version }, runner: runnerKey })
  return (
    <section className="runner-toolchains" aria-label={say.ofRunner}>
      <h2>{say.ofRunner}</h2>
      {has.length === 0 && <span className="soft">{say.noneOfRunner}</span>}
      {has.map(({ form }) => (
        <span key={inWords(form)} className="toolchain-chip">
          <a href={linkTo({ page: 'toolchain', name: form.name, version: form.version })}>
            {form.name} {form.version}
          </a>
          <Button
            className="filter-clear"
            aria-label={say.removeTitle(inWords(form), name)}
            onPress={() => wanted('unassign', form)}
          >
            <ClearIcon size={12} />
          </Button>
        </span>
      ))}
      {others.length > 0 && (
        <MenuTrigger>
          <Button className="button bare">
            {say.addToRunner} <DownIcon size={12} />
          </Button>
          <Popover className="popover" placement="bottom start">
            <Menu
              className="menu"
              aria-label={say.addToRunner}
              onAction={(key) => {
                const version = others.find(({ form }) => inWords(form) === key)
                if (version) wanted('assign', version.form)
              }}
            >
              {others.map(({ form }) => (
                <MenuItem key={inWords(form)} id={inWords(form)} className="menu-item">
                  {form.name} {form.version}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
      )}
      {wish && (
        <EditDialog
          connection={connection}
          edit={wish}
          title={
            wish.what === 'assign'
              ? say.addTitle(wish.reference.name, name)
              : say.removeTitle(wish.reference.name, name)
          }
          lead={say.running}
          action={wish.what === 'assign' ? say.addAction : say.removeAction}
          onClose={() => setWish(undefined)}
        />
      )}
    </section>
  )
}
