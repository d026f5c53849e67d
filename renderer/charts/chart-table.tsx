import { useReader } from '../ui/reader.tsx'
import type { ChartProps } from './chart-props.ts'

/** The numbers of a chart. */
export function ChartTable({ title, labels, series, details = series, format }: ChartProps) {
  const { words } = useReader()
  return (
    // A long table scrolls within itself, so the keyboard has to reach it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="chart-table" tabIndex={0} role="group" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.charts.what}</th>
            {details.map(({ name }) => (
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
              {details.map(({ name, values }) => {
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
