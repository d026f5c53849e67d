import { useEffect, useRef } from 'react'

interface ArrivalOptions {
  /** ms in which a field of the new place may take the focus itself. */
  readonly patience?: number
}

/**
 * Puts the focus on what has been arrived at, so that the next Tab and a screen reader begin there: the link or button
 * that led here is gone. Whatever has taken the focus in it meanwhile keeps it.
 * @param place says where the reader is; the first is not arrived at.
 * @returns for an element with `tabIndex={-1}`.
 */
export function useArrival(place: string, { patience = 0 }: ArrivalOptions = {}) {
  const element = useRef<HTMLElement>(null)
  const last = useRef(place)
  useEffect(() => {
    if (last.current === place) return
    last.current = place
    const arrive = () => {
      const here = element.current
      const active = document.activeElement
      if (here === null || here.contains(active) || active?.closest('[role="dialog"]')) return
      here.focus({ preventScroll: true })
    }
    if (patience === 0) return arrive()
    const waiting = setTimeout(arrive, patience)
    return () => clearTimeout(waiting)
  }, [place, patience])
  return element
}
