import { createStore, type StoreApi } from 'zustand/vanilla'

import { emptyDraft, type SetupDraft, type SetupState } from '../../main/contract/setup.ts'
import type { Connection } from './connection.ts'
import type { WatchedStore } from './watched.ts'

/** The answers as the reader types them; the engine keeps them as soon as the typing pauses. */
export interface SetupAnswers {
  readonly draft: StoreApi<SetupDraft>
  change(part: Partial<SetupDraft>): void
  /** Resolves when the engine has what was typed. */
  kept(): Promise<void>
  /** Takes the engine's answers in place of these, as after it filled some in. */
  reload(): void
}

const pauseMs = 250

/** @param engine what the engine has: another window may answer too. */
export function createSetupAnswers(
  connection: Connection,
  engine: WatchedStore<SetupState>,
  signal: AbortSignal,
): SetupAnswers {
  const draftOf = () => {
    const watched = engine.getState()
    return watched.kind === 'ready' ? watched.value.draft : undefined
  }
  const draft = createStore<SetupDraft>(() => draftOf() ?? emptyDraft)
  let timer: ReturnType<typeof setTimeout> | undefined
  let keeping: Promise<void> = Promise.resolve()

  const keep = async () => {
    clearTimeout(timer)
    timer = undefined
    const api = await connection.ready(signal)
    await api.keepSetup(draft.getState())
  }
  let had = draftOf() !== undefined
  const take = () => {
    const theirs = draftOf()
    // Answers that were there and are gone were discarded; where there were none yet, these are on their way.
    const taken = theirs ?? (had ? emptyDraft : undefined)
    had = theirs !== undefined
    if (timer === undefined && taken !== undefined) draft.setState(taken, true)
  }
  const unsubscribe = engine.subscribe(() => void keeping.then(take))
  signal.addEventListener('abort', unsubscribe, { once: true })

  return {
    draft,
    change: (part) => {
      draft.setState(part)
      clearTimeout(timer)
      timer = setTimeout(() => (keeping = keep().catch(() => {})), pauseMs)
    },
    kept: () => {
      if (timer !== undefined) keeping = keep()
      return keeping
    },
    reload: take,
  }
}
