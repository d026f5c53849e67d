import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import type { DiskItem } from '../../main/contract/disk.ts'
import type { AppState } from '../state/app-state.ts'
import { useReader } from '../ui/reader.tsx'
import { useNow } from '../ui/use-now.ts'

interface DiskItemsProps {
  readonly items: readonly DiskItem[]
  /** Those that would go to make room. */
  readonly going: readonly DiskItem[]
  readonly state: Pick<AppState, 'connection' | 'grace'>
  readonly onGone: () => void
}

/** What there is on the disk; what nothing speaks for can go, one by one. */
export function DiskItems({ items, going, state, onGone }: DiskItemsProps) {
  const { words } = useReader()
  const planned = new Set(going.map(keyOf))
  return (
    <table className="disk-table">
      <thead>
        <tr>
          <th scope="col">{words.disk.what}</th>
          <th scope="col">{words.disk.kind}</th>
          <th scope="col">{words.jobs.columns.project}</th>
          <th scope="col" className="number">
            {words.disk.lastUsed}
          </th>
          <th scope="col" className="number">
            {words.disk.size}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <DiskRow
            key={keyOf(item)}
            item={item}
            isPlanned={planned.has(keyOf(item))}
            state={state}
            onGone={onGone}
          />
        ))}
      </tbody>
    </table>
  )
}

const keyOf = ({ kind, id }: DiskItem) => `${kind} ${id}`

interface DiskRowProps extends Omit<DiskItemsProps, 'items' | 'going'> {
  readonly item: DiskItem
  readonly isPlanned: boolean
}

function DiskRow({ item, isPlanned, state: { connection, grace }, onGone }: DiskRowProps) {
  const { words, format, inWords } = useReader()
  const now = useNow(60_000)
  const { kind, id, project, bytes, lastUsedAt, keptBecause } = item
  const name = inWords(item.name)
  const removal = `remove ${kind} ${id}`
  const isGoing = useStore(grace.held, (held) =>
    held.some((one) => one.key === removal && one.phase.kind !== 'failed'),
  )
  const remove = () =>
    grace.ask({
      key: removal,
      text: words.disk.removing(name, format.bytes(bytes)),
      act: async () => {
        const api = await connection.ready(AbortSignal.timeout(5000))
        await api.removeDiskItem({ kind, id })
        onGone()
      },
    })
  return (
    <tr>
      <th scope="row">
        <span className={kind === 'logs' ? 'cut disk-name' : 'mono cut disk-name'} title={name}>
          {name}
        </span>
        {keptBecause !== undefined && (
          <span className="soft disk-name disk-kept">{inWords(keptBecause)}</span>
        )}
        {isPlanned && <span className="tone-bad disk-name disk-kept">{words.disk.goes}</span>}
      </th>
      <td>{words.disk.kinds[kind]}</td>
      <td className="soft cut" title={project}>
        {project}
      </td>
      <td className="soft number" title={lastUsedAt === undefined ? undefined : format.moment(lastUsedAt)}>
        {lastUsedAt === undefined ? '–' : format.longAgo(lastUsedAt, now)}
      </td>
      <td className="number">{format.bytes(bytes)}</td>
      <td className="disk-remove">
        {keptBecause === undefined && (
          <Button
            className="button bare"
            aria-label={words.disk.removeNamed(name)}
            isDisabled={isGoing}
            onPress={remove}
          >
            {words.disk.removeOne}
          </Button>
        )}
      </td>
    </tr>
  )
}
