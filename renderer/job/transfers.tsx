import type { JobDetail } from '../../main/contract/job.ts'
import type { Transfer } from '../../main/contract/transfer.ts'
import { useReader } from '../ui/reader.tsx'

/** What is on its way now: how much of how much, and how fast. */
export function Transfers({ job }: { readonly job: JobDetail }) {
  const { transfers = [] } = job
  if (transfers.length === 0) return null
  return (
    <ul className="transfers">
      {transfers.map((transfer, index) => (
        <OnItsWay key={index} transfer={transfer} />
      ))}
    </ul>
  )
}

function OnItsWay({ transfer }: { readonly transfer: Transfer }) {
  const { words, format } = useReader()
  const { what, direction, bytes, total, bytesPerSecond } = transfer
  const name = words.transfer[what][direction]
  const done = format.bytes(bytes)
  return (
    <li className="transfer">
      <span>{name}</span>
      <progress aria-label={name} max={total ?? 1} {...(total !== undefined && { value: bytes })} />
      <span className="soft">
        {total === undefined ? done : words.transfer.of(done, format.bytes(total))}
        {bytesPerSecond > 0 && ` · ${words.transfer.perSecond(format.bytes(bytesPerSecond))}`}
      </span>
    </li>
  )
}
