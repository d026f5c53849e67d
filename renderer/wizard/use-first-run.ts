import { useEffect, useRef } from 'react'

import type { AppState } from '../state/app-state.ts'
import { linkTo, type Route } from '../state/route.ts'
import { useReady } from '../ui/use-watched.ts'

/** Opens the wizard by itself, once, where the application begins without a runner. */
export function useFirstRun({ runners, setup }: Pick<AppState, 'runners' | 'setup'>, route: Route): void {
  const known = useReady(runners)
  const mayAsk = useReady(setup) !== undefined
  const isDecided = useRef(false)
  useEffect(() => {
    if (known === undefined || !mayAsk || isDecided.current) return
    isDecided.current = true
    if (known.length === 0 && route.page === 'overview') window.location.hash = linkTo({ page: 'setup' })
  }, [known, mayAsk, route])
}
