import { useEffect, useEffectEvent, useRef } from 'react'

import { linkTo } from '../state/route.ts'
import { pages } from './pages.ts'

interface Shortcuts {
  /** Single letters count too. */
  readonly letters: boolean
  readonly openPalette: () => void
  readonly openList: () => void
}

// Long enough to think of the letter after `g`.
const patience = 1200

/** The keys that work on every page. Letters do nothing while a field is being written in. */
export function useShortcuts({ letters, openPalette, openList }: Shortcuts): void {
  const begunAt = useRef(-Infinity)
  const press = useEffectEvent((event: KeyboardEvent) => {
    const key = event.key.toLowerCase()
    const isCommand = event.metaKey || event.ctrlKey
    if (isCommand && key === 'k') {
      event.preventDefault()
      return openPalette()
    }
    if (!letters || isCommand || event.altKey || isWriting(event.target)) return
    const page = pages.find(({ letter }) => letter === key)
    const follows = performance.now() - begunAt.current < patience
    begunAt.current = key === 'g' ? performance.now() : -Infinity
    if (follows && page !== undefined) window.location.hash = linkTo({ page: page.page })
    else if (key === '?') openList()
    else if (key === '/') {
      const field = document.querySelector<HTMLInputElement>('main .search input')
      if (field === null) return
      event.preventDefault()
      field.focus()
    }
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}

const isWriting = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null)
