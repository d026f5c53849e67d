import { startTransition, useEffect, useState } from 'react'

import type { LogState, LogStore } from '../state/log.ts'

/** The log as it is drawn: its first lines at once; what it grows by later gives way to a key that is pressed meanwhile. */
export function useLog(log: LogStore): LogState {
  const [drawn, setDrawn] = useState(() => log.getState())
  useEffect(() => {
    const take = (state: LogState) => {
      if (state.version <= 1) setDrawn(state)
      else startTransition(() => setDrawn(state))
    }
    take(log.getState())
    return log.subscribe(take)
  }, [log])
  return drawn
}
