import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import type { Connection } from '../state/connection.ts'
import { AlertIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

export function ConnectionNotice({ connection }: { readonly connection: Connection }) {
  const { words } = useReader()
  const state = useStore(connection.state)
  if (state !== 'lost') return null
  return (
    <div className="connection-notice" role="alert">
      <AlertIcon />
      <span>{words.connection.lost}</span>
      <Button className="button bare" onPress={() => connection.retryNow()}>
        {words.connection.retry}
      </Button>
    </div>
  )
}
