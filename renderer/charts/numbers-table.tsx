import type { NamedNumbers } from '../../main/contract/statistics.ts'
import { useReader } from '../ui/reader.tsx'
import { rateOf, total } from './rates.ts'

interface NumbersTableProps {
  readonly title: string
  readonly rows: readonly NamedNumbers[]
}

/** Jobs by what they have in common. */
export function NumbersTable({ title, rows }: NumbersTableProps) {
  const { words, format } = useReader()
  const hasMemory = rows.some(({ peakMemory }) => peakMemory !== undefined)
  return (
    <section className="chart">
      <h2>{title}</h2>
      <table className="by">
        <thead>
          <tr>
            <th scope="col">{words.charts.what}</th>
            <th scope="col" className="number">
              {words.jobs.title}
            </th>
            <th scope="col" className="number">
              {words.charts.rate}
            </th>
            <th scope="col" className="number">
              {words.charts.median}
            </th>
            <th scope="col" className="number">
              {words.charts.waiting}
            </th>
            {hasMemory && (
              <th scope="col" className="number">
                {words.charts.mostMemory}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const rate = rateOf(row)
            return (
              <tr key={row.name}>
                <th scope="row" className="cut cut-start" title={row.name}>
                  <bdi>{row.name}</bdi>
                </th>
                <td className="number">{total(row)}</td>
                <td className="number">{rate === undefined ? '–' : format.percent(rate)}</td>
                <td className="number">
                  {row.medianDuration === undefined ? '–' : format.clock(row.medianDuration)}
                </td>
                <td className="number">
                  {row.medianQueue === undefined ? '–' : format.clock(row.medianQueue)}
                </td>
                {hasMemory && (
                  <td className="number">
                    {row.peakMemory === undefined ? '–' : format.size(row.peakMemory)}
                  </td>
                )}
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
