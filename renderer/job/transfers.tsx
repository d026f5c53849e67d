import type { JobDetail } from '../../main/contract/job.ts'
import type { Transfer } from '../../main/contract/transfer.ts'
import { ProgressRow } from '../ui/progress.tsx'
import { useReader } from '../ui/reader.tsx'

/** What is on its way now: how much of how much, and how fast. */
export function Transfers({ job }: { readonly job: JobDetail }) {
  const { transfers = [] } = job
  if (transfers.length === 0) return null
  return (
    <ul className="progress-rows">
      {transfers.map((transfer, index) => (
        <OnItsWay key={index} transfer={transfer} />
      ))}
    </ul>
  )
}

function OnItsWay({ transfer }: { readonly transfer: Transfer }) {
  const { words, format } = useReader()
  const { what, direction, bytes, total, bytesPerSecond } = transfer
  const done = format.bytes(bytes)
  const facts = [
    total === undefined ? done : words.transfer.of(done, format.bytes(total)),
    bytesPerSecond > 0 && words.transfer.perSecond(format.bytes(bytesPerSecond)),
  ].filter((fact) => fact !== false)
  return (
    <ProgressRow
      name={words.transfer[what][direction]}
      share={total === undefined || total === 0 ? undefined : bytes / total}
      facts={facts}
    />
  )
}
