import { useLayoutEffect, useState, type RefObject } from 'react'

// As log.css has them: number, time, fold and the space at the end, without their characters.
const edges = 20 + 24 + 24
const timeEdge = 4
const timeCharacters = 8

/** How many characters of the log's font fit beside line number and time; undefined where lines are not wrapped. */
export function useColumns(
  scroller: RefObject<HTMLElement | null>,
  wraps: boolean,
  digits: number,
  showsTimes: boolean,
): number | undefined {
  const [measured, setMeasured] = useState<{ readonly width: number; readonly character: number }>()
  useLayoutEffect(() => {
    const element = scroller.current
    if (!wraps || element === null) return
    const measure = () => setMeasured({ width: element.clientWidth, character: characterWidth(element) })
    const resized = new ResizeObserver(measure)
    resized.observe(element)
    return () => resized.disconnect()
  }, [scroller, wraps])
  if (!wraps || measured === undefined) return undefined
  const { width, character } = measured
  const time = showsTimes ? timeCharacters * character + timeEdge : 0
  return Math.max(20, Math.floor((width - edges - (digits + 1) * character - time) / character))
}

function characterWidth(within: HTMLElement): number {
  const probe = document.createElement('span')
  probe.className = 'log-probe'
  probe.textContent = '0'.repeat(100)
  within.append(probe)
  const { width } = probe.getBoundingClientRect()
  probe.remove()
  return width / 100
}
