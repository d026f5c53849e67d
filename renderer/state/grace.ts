import { createStore, type StoreApi } from 'zustand/vanilla'

/** How long something can be taken back before it is done. */
export const graceMs = 5000

/** Something that was asked for and is not done yet, or that could not be done. */
export interface Held {
  readonly id: number
  /** What it is about, so that it is not asked for twice: `cancel 12`. */
  readonly key: string
  /** What will happen, as the reader is told. */
  readonly text: string
  readonly phase:
    | { readonly kind: 'waiting' }
    /** Somebody is reading or reaching for the button: time stands still (WCAG 2.2.1). */
    | { readonly kind: 'resting' }
    | { readonly kind: 'doing' }
    | { readonly kind: 'failed'; readonly why: string }
}

export interface Grace {
  readonly held: StoreApi<readonly Held[]>
  /** Does it after a while, unless it is undone. What is held already is not asked for again. */
  ask(what: { readonly key: string; readonly text: string; readonly act: () => Promise<void> }): void
  /** Takes it back, or a failure away. */
  undo(id: number): void
  undoLast(): void
  rest(id: number): void
  goOn(id: number): void
  /** The page is closed: what was asked for is meant. */
  doAll(): void
}

export interface GraceParts {
  readonly wait: (ms: number, then: () => void) => () => void
  readonly why: (error: unknown) => string
}

/** Undo instead of "are you sure": holds a deed back for a few seconds, in which nothing has happened. */
export function createGrace({ wait, why }: GraceParts): Grace {
  const held = createStore<readonly Held[]>(() => [])
  const deeds = new Map<number, { readonly act: () => Promise<void>; stop: () => void }>()
  let last = 0

  const find = (id: number) => held.getState().find((one) => one.id === id)
  const put = (id: number, phase: Held['phase']) =>
    held.setState(
      held.getState().map((one) => (one.id === id ? { ...one, phase } : one)),
      true,
    )
  const drop = (id: number) => {
    deeds.get(id)?.stop()
    deeds.delete(id)
    held.setState(
      held.getState().filter((one) => one.id !== id),
      true,
    )
  }
  const isOpen = (id: number) => ['waiting', 'resting'].includes(find(id)?.phase.kind ?? '')

  async function doIt(id: number): Promise<void> {
    const deed = deeds.get(id)
    if (deed === undefined || !isOpen(id)) return
    deed.stop()
    put(id, { kind: 'doing' })
    try {
      await deed.act()
      drop(id)
    } catch (error) {
      put(id, { kind: 'failed', why: why(error) })
    }
  }

  return {
    held,
    ask({ key, text, act }) {
      const before = held.getState().find((one) => one.key === key)
      if (before !== undefined && before.phase.kind !== 'failed') return
      if (before !== undefined) drop(before.id)
      last += 1
      const id = last
      held.setState([...held.getState(), { id, key, text, phase: { kind: 'waiting' } }], true)
      deeds.set(id, { act, stop: wait(graceMs, () => void doIt(id)) })
    },
    undo(id) {
      if (find(id)?.phase.kind !== 'doing') drop(id)
    },
    undoLast() {
      const open = held.getState().findLast(({ id }) => isOpen(id))
      if (open !== undefined) drop(open.id)
    },
    rest(id) {
      if (find(id)?.phase.kind !== 'waiting') return
      deeds.get(id)?.stop()
      put(id, { kind: 'resting' })
    },
    goOn(id) {
      const deed = deeds.get(id)
      if (deed === undefined || find(id)?.phase.kind !== 'resting') return
      put(id, { kind: 'waiting' })
      deed.stop = wait(graceMs, () => void doIt(id))
    },
    doAll() {
      for (const { id } of held.getState()) void doIt(id)
    },
  }
}

/** With the browser's clock. */
export const waitInBrowser: GraceParts['wait'] = (ms, then) => {
  const timer = setTimeout(then, ms)
  return () => clearTimeout(timer)
}
