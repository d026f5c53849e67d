import { useState } from 'react'

import type { Connection } from '../state/connection.ts'
import { wordsOf } from '../wizard/use-check.ts'

/** Makes config.toml what it was at `to`, as long as it is at `basedOn`. */
export interface BringBack {
  readonly to: string
  readonly basedOn: string
}

export type Undo =
  | { readonly kind: 'none' }
  /** What was done last can be taken back. */
  | { readonly kind: 'offered'; readonly back: BringBack }
  | { readonly kind: 'undone' }
  | { readonly kind: 'failed'; readonly why: string }

/** Offers to take the last change of config.toml back. */
export function useConfigUndo(connection: Connection) {
  const [undo, setUndo] = useState<Undo>({ kind: 'none' })
  return {
    undo,
    offer: (back: BringBack) => setUndo({ kind: 'offered', back }),
    forget: () => setUndo({ kind: 'none' }),
    run: async (back: BringBack) => {
      try {
        const api = await connection.ready(AbortSignal.timeout(5000))
        await api.bringBackConfig(back)
        setUndo({ kind: 'undone' })
      } catch (error) {
        setUndo({ kind: 'failed', why: wordsOf(error) })
      }
    },
  }
}
