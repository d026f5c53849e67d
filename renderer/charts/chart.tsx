import { useId, useState } from 'react'
import { ToggleButton } from 'react-aria-components'

import { useReader } from '../ui/reader.tsx'
import { ChartTable } from './chart-table.tsx'
import { Plot } from './plot.tsx'

export interface Series {
  readonly name: string
  /** Of chart.css: what the marks look like. */
  readonly look: 'good' | 'bad' | 'none' | 'accent' | 'soft'
  readonly values: readonly (number | undefined)[]
}

export interface ChartProps {
  readonly title: string
  /** `columns` are stacked over time, `bars` lie beside their names, what they consist of end to end. */
  readonly kind: 'columns' | 'bars' | 'lines'
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  /** Of the table, where it tells more than can be drawn. */
  readonly details?: readonly Omit<Series, 'look'>[]
  /** Of the axis, where it does not follow from the values: 1 for shares. */
  readonly most?: number
}

/** Marks over a row of labels, and the same numbers as a table. */
export function Chart(props: ChartProps) {
  const { title, series } = props
  const { words } = useReader()
  const [isTable, setTable] = useState(false)
  const titleId = useId()
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
      {isTable ? <ChartTable {...props} /> : <Plot {...props} />}
    </section>
  )
}
