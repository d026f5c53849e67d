import { useState } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'

import {
  inWords,
  type RunnerName,
  type ToolchainEdit,
  type ToolchainRef,
} from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { ClearIcon, DownIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { useKeptFocus } from '../ui/use-kept-focus.ts'
import { EditDialog } from './diff-dialog.tsx'

/** One toolchain on one runner. */
export interface Assignment {
  readonly reference: ToolchainRef
  readonly runner: RunnerName
}

type Wish = Assignment & { readonly what: Extract<ToolchainEdit['what'], 'assign' | 'unassign'> }

interface AssignmentsProps {
  readonly connection: Connection
  /** What is listed: the toolchains of a runner in a line, or the runners of a toolchain one below the other. */
  readonly lists: 'toolchains' | 'runners'
  readonly has: readonly Assignment[]
  readonly others: readonly Assignment[]
  /** Stands where nothing is assigned. */
  readonly empty: string
}

/** Who has what, seen from either end; each change is shown as config.toml will have it. */
export function Assignments({ connection, lists, has, others, empty }: AssignmentsProps) {
  const { words } = useReader()
  const { assigned: say } = words.toolchains
  const [wish, setWish] = useState<Wish>()
  const kept = useKeptFocus<HTMLElement>(JSON.stringify(has))
  const isLine = lists === 'toolchains'
  const title = isLine ? say.ofRunner : say.title
  const nameOf = ({ reference, runner }: Assignment) =>
    isLine ? `${reference.name} ${reference.version}` : runner.name
  const keyOf = ({ reference, runner }: Assignment) => (isLine ? inWords(reference) : runner.key)
  const linkOf = ({ reference, runner }: Assignment) =>
    isLine
      ? linkTo({ page: 'toolchain', name: reference.name, version: reference.version })
      : linkTo({ page: 'runner', key: runner.key })
  const add = others.length > 0 && (
    <MenuTrigger>
      <Button className="button bare">
        {isLine ? say.addToRunner : say.add} <DownIcon size={12} />
      </Button>
      <Popover className="popover" placement={isLine ? 'bottom start' : 'bottom end'}>
        <Menu
          className="menu"
          aria-label={isLine ? say.addToRunner : say.add}
          onAction={(key) => {
            const chosen = others.find((one) => keyOf(one) === key)
            if (chosen) setWish({ what: 'assign', ...chosen })
          }}
        >
          {others.map((one) => (
            <MenuItem key={keyOf(one)} id={keyOf(one)} className="menu-item">
              {nameOf(one)}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
  return (
    <section {...kept} className={isLine ? 'runner-toolchains' : 'toolchain-part'} aria-label={title}>
      <div className="row-between">
        <h2>{title}</h2>
        {!isLine && add}
      </div>
      {has.length === 0 && <p className="soft">{empty}</p>}
      <ul className={isLine ? 'toolchain-chips' : 'plain-rows'}>
        {has.map((one) => (
          <li key={keyOf(one)} className={isLine ? 'toolchain-chip' : undefined}>
            <a className={isLine ? undefined : 'text-link cut'} href={linkOf(one)}>
              {nameOf(one)}
            </a>
            <Button
              className={isLine ? 'filter-clear' : 'button bare icon'}
              aria-label={
                isLine
                  ? say.removeTitle(inWords(one.reference), one.runner.name)
                  : say.remove(one.runner.name)
              }
              onPress={() => setWish({ what: 'unassign', ...one })}
            >
              <ClearIcon size={isLine ? 12 : 16} />
            </Button>
          </li>
        ))}
      </ul>
      {isLine && add}
      {wish && <Question wish={wish} connection={connection} onClose={() => setWish(undefined)} />}
    </section>
  )
}

interface QuestionProps {
  readonly wish: Wish
  readonly connection: Connection
  readonly onClose: () => void
}

function Question({ wish: { what, reference, runner }, connection, onClose }: QuestionProps) {
  const { words } = useReader()
  const { assigned: say } = words.toolchains
  const { name, version } = reference
  const isNew = what === 'assign'
  return (
    <EditDialog
      connection={connection}
      edit={{ what, reference: { name, version }, runner: runner.key }}
      title={isNew ? say.addTitle(name, runner.name) : say.removeTitle(name, runner.name)}
      lead={say.running}
      action={isNew ? say.addAction : say.removeAction}
      onClose={onClose}
    />
  )
}
