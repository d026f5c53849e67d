import type { MouseEvent } from 'react'

interface LogMinimapProps {
  /** Of the whole log, as rows are shown. */
  readonly rows: number
  /** Rows that speak of an error, and rows that were found; ascending. */
  readonly errors: readonly number[]
  readonly hits: readonly number[]
  readonly onRow: (row: number) => void
}

// More marks than this cannot be told apart on a screen.
const places = 200

/** Where errors and hits are in the whole log. A click leads to the nearest; the keyboard has buttons for that. */
export function LogMinimap({ rows, errors, hits, onRow }: LogMinimapProps) {
  if (rows === 0 || (errors.length === 0 && hits.length === 0)) return null
  const go = (event: MouseEvent<SVGSVGElement>) => {
    const { top, height } = event.currentTarget.getBoundingClientRect()
    const wanted = ((event.clientY - top) / height) * rows
    const nearest = [...errors, ...hits].reduce((best, row) =>
      Math.abs(row - wanted) < Math.abs(best - wanted) ? row : best,
    )
    onRow(nearest)
  }
  return (
    // A second way to what buttons do.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <svg
      className="log-minimap"
      viewBox={`0 0 10 ${places}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      onClick={go}
    >
      {placesOf(hits, rows).map((place) => (
        <rect key={`hit ${place}`} className="map-hit" x="0" y={place} width="10" height="1" />
      ))}
      {placesOf(errors, rows).map((place) => (
        <rect key={`error ${place}`} className="map-error" x="2" y={place} width="8" height="1" />
      ))}
    </svg>
  )
}

const placesOf = (rowsOfMarks: readonly number[], rows: number): readonly number[] => [
  ...new Set(rowsOfMarks.map((row) => Math.min(places - 1, Math.floor((row / rows) * places)))),
]
