import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components'

import type { AppStatus } from '../../main/contract/status.ts'
import type { Connection } from '../state/connection.ts'
import type { WatchedStore } from '../state/watched.ts'
import { useReader } from '../ui/reader.tsx'
import { useReady } from '../ui/use-watched.ts'
import { HealthDetails } from './health-details.tsx'
import { HealthMark } from './health-mark.tsx'
import { busyInWords, dockerInWords } from './health-words.ts'
import { healthOf } from './health.ts'

interface HealthLineProps {
  readonly status: WatchedStore<AppStatus>
  readonly connection: Connection
}

/** The foot of the sidebar: is the engine well? A click explains. */
export function HealthLine({ status: store, connection }: HealthLineProps) {
  const { words } = useReader()
  const status = useReady(store)
  if (status === undefined) return <div className="health-button soft">{words.connection.connecting}</div>
  const health = healthOf(status)
  return (
    <DialogTrigger>
      <Button className="health-button">
        <HealthMark health={health}>{busyInWords(status, words)}</HealthMark>
        <span className="soft">{dockerInWords(status.docker, words)}</span>
      </Button>
      <Popover className="popover health-popover" placement="top start">
        <Dialog aria-label={words.health.title}>
          <HealthDetails status={status} connection={connection} />
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
