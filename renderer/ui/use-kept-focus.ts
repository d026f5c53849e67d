import { useEffect, useRef, type FocusEvent } from 'react'

/**
 * Keeps the focus where it was when the button that had it goes with what it took away.
 * @param content changes whenever buttons may come or go.
 * @returns for the element around them.
 */
export function useKeptFocus<T extends HTMLElement>(content: string) {
  const ref = useRef<T>(null)
  const wasHere = useRef(false)
  const latest = useRef<HTMLElement>(null)
  const last = useRef(content)
  useEffect(() => {
    if (last.current === content) return
    last.current = content
    // A dialog that closes gives the focus back in the next frame.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => {
        if (!wasHere.current || document.activeElement !== document.body) return
        // A dialog that was opened from a menu has nothing left to give the focus back to.
        if (latest.current?.isConnected) latest.current.focus()
        else ref.current?.focus()
      })
    })
    return () => cancelAnimationFrame(frame)
  }, [content])
  return {
    ref,
    tabIndex: -1,
    onFocus: ({ target }: FocusEvent) => {
      wasHere.current = true
      // Menus and dialogs of this element lie elsewhere in the document.
      if (target instanceof HTMLElement && ref.current?.contains(target)) latest.current = target
    },
    onBlur: ({ relatedTarget }: FocusEvent) => {
      // Nothing has the focus when it is removed, or when the window loses it.
      if (relatedTarget !== null) wasHere.current = ref.current?.contains(relatedTarget) ?? false
    },
  }
}
