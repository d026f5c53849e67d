import { useId, useState } from 'react'
import { ToggleButton } from 'react-aria-components'

import { useReader } from '../ui/reader.tsx'
import type { ChartProps } from './chart-props.ts'
import { ChartTable } from './chart-table.tsx'
import { Plot } from './plot.tsx'

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
