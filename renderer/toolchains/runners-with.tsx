import { useState } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'

import type {
  RunnerName,
  ShelvedVersion,
  ToolchainEdit,
  ToolchainShelf,
} from '../../main/contract/toolchain.ts'
import type { Connection } from '../state/connection.ts'
import { linkTo } from '../state/route.ts'
import { ClearIcon, DownIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { EditDialog } from './diff-dialog.tsx'

interface RunnersWithProps {
  readonly version: ShelvedVersion
  readonly shelf: ToolchainShelf
  readonly connection: Connection
}

type Wish = Extract<ToolchainEdit, { what: 'assign' | 'unassign' }> & { readonly runnerName: string }

/** The runners that have it; each change is shown as config.toml will have it. */
export function RunnersWith({ version, shelf, connection }: RunnersWithProps) {
  const { words } = useReader()
  const { assigned: say } = words.toolchains
  const [wish, setWish] = useState<Wish>()
  const { form, runners } = version
  const reference = { name: form.name, version: form.version }
  const others = shelf.runners.filter(({ key }) => runners.every((runner) => runner.key !== key))
  const wanted = (what: Wish['what'], { key, name }: RunnerName) =>
    setWish({ what, reference, runner: key, runnerName: name })
  return (
    <section className="toolchain-part">
      <div className="row-between">
        <h2>{say.title}</h2>
        {others.length > 0 && (
          <MenuTrigger>
            <Button className="button bare">
              {say.add} <DownIcon size={12} />
            </Button>
            <Popover className="popover" placement="bottom end">
              <Menu
                className="menu"
                aria-label={say.add}
                onAction={(key) => {
                  const runner = others.find((one) => one.key === key)
                  if (runner) wanted('assign', runner)
                }}
              >
                {others.map(({ key, name }) => (
                  <MenuItem key={key} id={key} className="menu-item">
                    {name}
                  </MenuItem>
                ))}
              </Menu>
            </Popover>
          </MenuTrigger>
        )}
      </div>
      {runners.length === 0 && (
        <p className="soft">{shelf.runners.length === 0 ? say.noRunners : say.none}</p>
      )}
      <ul className="plain-rows">
        {runners.map((runner) => (
          <li key={runner.key}>
            <a className="text-link cut" href={linkTo({ page: 'runner', key: runner.key })}>
              {runner.name}
            </a>
            <Button
              className="button bare icon"
              aria-label={say.remove(runner.name)}
              onPress={() => wanted('unassign', runner)}
            >
              <ClearIcon />
            </Button>
          </li>
        ))}
      </ul>
      {wish && (
        <EditDialog
          connection={connection}
          edit={{ what: wish.what, reference: wish.reference, runner: wish.runner }}
          title={
            wish.what === 'assign'
              ? say.addTitle(form.name, wish.runnerName)
              : say.removeTitle(form.name, wish.runnerName)
          }
          lead={say.running}
          action={wish.what === 'assign' ? say.addAction : say.removeAction}
          onClose={() => setWish(undefined)}
        />
      )}
    </section>
  )
}
