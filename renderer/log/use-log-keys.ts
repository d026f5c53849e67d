import { useEffect, useEffectEvent, type RefObject } from 'react'

interface LogKeys {
  readonly searchField: RefObject<HTMLInputElement | null>
  readonly onNext: () => void
  readonly onPrevious: () => void
}

/**
 * What one would press in an editor: Ctrl+F searches (the browser's own search sees only the lines in sight), F3 goes
 * on to the next hit and Shift+F3 back.
 */
export function useLogKeys({ searchField, onNext, onPrevious }: LogKeys): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const isFind = event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey) && !event.shiftKey
    if (!isFind && event.key !== 'F3') return
    event.preventDefault()
    if (isFind) searchField.current?.select()
    else if (event.shiftKey) onPrevious()
    else onNext()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event)
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}
