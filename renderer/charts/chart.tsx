import { useId, useState } from 'react'
import { ToggleButton } from 'react-aria-components'

import { useReader } from '../ui/reader.tsx'

export interface Series {
  readonly name: string
  /** Of chart.css: what the marks look like. */
  readonly look: 'good' | 'bad' | 'none' | 'accent' | 'soft'
  readonly values: readonly (number | undefined)[]
}

interface ChartProps {
  readonly title: string
  readonly kind: 'bars' | 'lines'
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
}

const width = 600
const height = 140

/**
 * Marks over a row of labels, and the same numbers as a table. Drawn here: chart libraries bring style elements, which
 * the page's policy forbids, and this is all they would be used for.
 */
export function Chart({ title, kind, labels, series, format }: ChartProps) {
  const { words } = useReader()
  const [isTable, setTable] = useState(false)
  const titleId = useId()
  const most = Math.max(0, ...heights(kind, labels.length, series))
  return (
    <section className="chart" aria-labelledby={titleId}>
      <div className="chart-head">
        <h2 id={titleId}>{title}</h2>
        <span className="chart-legend soft">
          {series.length > 1 &&
            series.map(({ name, look }) => (
              <span key={name} className={`legend look-${look}`}>
                {name}
              </span>
            ))}
        </span>
        <ToggleButton className="chip" isSelected={isTable} onChange={setTable}>
          {words.charts.table}
        </ToggleButton>
      </div>
      {isTable ? (
        <Table title={title} labels={labels} series={series} format={format} />
      ) : (
        <>
          <div className="chart-plot">
            <span className="chart-most soft">{most > 0 ? format(most) : ''}</span>
            <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={title}>
              <line className="chart-base" x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} />
              {kind === 'bars' ? (
                <Bars series={series} count={labels.length} most={most} />
              ) : (
                <Lines series={series} count={labels.length} most={most} />
              )}
            </svg>
          </div>
          <div className="chart-labels soft" aria-hidden="true">
            <span>{labels[0]}</span>
            <span>{labels.at(-1)}</span>
          </div>
        </>
      )}
    </section>
  )
}

function heights(kind: ChartProps['kind'], count: number, series: readonly Series[]): number[] {
  if (kind === 'lines') return series.flatMap(({ values }) => values.map((value) => value ?? 0))
  return Array.from({ length: count }, (_, at) =>
    series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  )
}

interface MarksProps {
  readonly series: readonly Series[]
  readonly count: number
  readonly most: number
}

function Bars({ series, count, most }: MarksProps) {
  const step = width / count
  const gap = Math.min(4, step / 4)
  return Array.from({ length: count }, (_, at) => {
    let top = height
    return series.map(({ name, look, values }) => {
      const size = most === 0 ? 0 : ((values[at] ?? 0) / most) * (height - 4)
      top -= size
      return (
        <rect
          key={`${name} ${at}`}
          className={`look-${look}`}
          x={at * step + gap / 2}
          y={top}
          width={step - gap}
          height={size}
        />
      )
    })
  })
}

function Lines({ series, count, most }: MarksProps) {
  const x = (at: number) => (count === 1 ? width / 2 : (at / (count - 1)) * width)
  const y = (value: number) => (most === 0 ? height : height - 2 - (value / most) * (height - 6))
  return series.map(({ name, look, values }) => {
    const points = values.flatMap((value, at) => (value === undefined ? [] : [[x(at), y(value)] as const]))
    return (
      <g key={name} className={`look-${look}`}>
        <polyline points={points.map((point) => point.join(',')).join(' ')} />
        {points.length < 2 && points.map(([cx, cy]) => <circle key={cx} cx={cx} cy={cy} r="3" />)}
      </g>
    )
  })
}

type TableProps = Omit<ChartProps, 'kind'>

function Table({ title, labels, series, format }: TableProps) {
  const { words } = useReader()
  return (
    // A long table scrolls within itself, so the keyboard has to reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="chart-table" tabIndex={0} role="group" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.charts.what}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, at) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {series.map(({ name, values }) => {
                const value = values[at]
                return (
                  <td key={name} className="number">
                    {value === undefined ? '–' : format(value)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
