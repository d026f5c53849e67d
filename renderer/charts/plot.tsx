import {
  Bar,
  BarChart,
  CartesianGrid,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  type TooltipContentProps,
} from 'recharts'

import type { ChartProps, Series } from './chart-props.ts'
import { timeTicks } from './time-ticks.ts'

const columnsHeight = 168
const barHeight = 28

const colors: Readonly<Record<Series['look'], string>> = {
  good: 'var(--good)',
  bad: 'var(--bad)',
  none: 'var(--line-strong)',
  accent: 'var(--accent)',
  soft: 'var(--text-soft)',
}

// Counts below it would be halved at the axis, and times rounded to the same.
const least = { columns: 3, lines: 1500, bars: 1500 } as const

/** Hovered or walked through with the arrow keys, it says the numbers of one label. */
export function Plot({ title, kind, labels, series, format, most }: ChartProps) {
  const rows = labels.map((label, at) => ({
    label,
    ...Object.fromEntries(series.map(({ name, values }) => [name, values[at]])),
  }))
  const frame = { data: rows, title, margin: { top: 8, right: 8, bottom: 0, left: 0 } }
  const tick = { fill: 'var(--text-soft)', fontSize: 12 }
  const top = most ?? (highest(kind, series) < least[kind] ? least[kind] : 'auto')
  const numbers = {
    tick,
    tickFormatter: format,
    axisLine: false,
    tickLine: false,
    domain: [0, top] as const,
    allowDecimals: kind !== 'columns',
    ...(most !== undefined && { ticks: [0, most / 2, most] }),
  }
  const tooltip = (
    <Tooltip
      isAnimationActive={false}
      cursor={kind === 'lines' ? { className: 'chart-cursor' } : { className: 'chart-band' }}
      content={<Reading series={series} format={format} />}
    />
  )
  if (kind === 'bars') {
    return (
      <ResponsiveContainer width="100%" height={labels.length * barHeight + 40} className="chart-plot">
        <BarChart {...frame} layout="vertical" barCategoryGap={8}>
          <CartesianGrid horizontal={false} stroke="var(--line)" />
          <XAxis type="number" {...numbers} tickCount={4} />
          <YAxis
            type="category"
            dataKey="label"
            tick={tick}
            tickFormatter={shortened}
            axisLine={false}
            tickLine={false}
            width={namesWidth(labels)}
          />
          {tooltip}
          {series.map(({ name, look }) => (
            <Bar
              key={name}
              dataKey={name}
              stackId="all"
              fill={colors[look]}
              isAnimationActive={false}
              {...(series.length === 1 && { radius: 2 })}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    )
  }
  const axes = [
    <CartesianGrid key="grid" vertical={false} stroke="var(--line)" />,
    <XAxis
      key="labels"
      dataKey="label"
      tick={tick}
      tickLine={false}
      axisLine={{ stroke: 'var(--line-strong)' }}
      interval={0}
      ticks={timeTicks(labels)}
      // Half of the last label.
      padding={{ right: 24 }}
    />,
    <YAxis key="numbers" {...numbers} tickCount={4} width="auto" />,
  ]
  return (
    <ResponsiveContainer width="100%" height={columnsHeight} className="chart-plot">
      {kind === 'columns' ? (
        <BarChart {...frame} barCategoryGap="20%">
          {axes}
          {tooltip}
          {series.map(({ name, look }) => (
            <Bar key={name} dataKey={name} stackId="all" fill={colors[look]} isAnimationActive={false} />
          ))}
        </BarChart>
      ) : (
        <LineChart {...frame}>
          {axes}
          {tooltip}
          {series.map(({ name, look }) => (
            <Line
              key={name}
              dataKey={name}
              stroke={colors[look]}
              strokeWidth={2}
              isAnimationActive={false}
              connectNulls
              dot={{ r: 2, fill: colors[look], strokeWidth: 0 }}
              activeDot={{ r: 4 }}
            />
          ))}
        </LineChart>
      )}
    </ResponsiveContainer>
  )
}

// Room for names beside their bars: their ends, which tell projects of a group apart; a reading has the whole.
const longestName = 24

const shortened = (name: string): string =>
  name.length <= longestName ? name : `…${name.slice(1 - longestName)}`

/** In pixels; the letters of 12 px are about 7 wide, those of Chinese and Korean 12. */
function namesWidth(names: readonly string[]): number {
  const widths = names.map(shortened).map((name) => {
    const wide = name.match(/[\u2e80-\uffff]/g)?.length ?? 0
    return 8 + name.length * 7 + wide * 5
  })
  return Math.min(176, Math.max(104, ...widths))
}

/** The largest number that is drawn; of columns, which stand on each other, the largest sum. */
function highest(kind: ChartProps['kind'], series: readonly Series[]): number {
  const all = series.map(({ values }) => values.map((value) => value ?? 0))
  if (kind !== 'columns') return Math.max(0, ...all.flat())
  const [first = [], ...others] = all
  return Math.max(0, ...first.map((value, at) => others.reduce((sum, one) => sum + (one[at] ?? 0), value)))
}

/** The library adds what is read. */
type ReadingProps = Partial<TooltipContentProps> & Pick<ChartProps, 'series' | 'format'>

function Reading({ active = false, label, payload = [], series, format }: ReadingProps) {
  if (!active) return null
  const valueOf = (name: string) => payload.find(({ dataKey }) => dataKey === name)?.value
  return (
    <div className="popover chart-reading">
      <strong>{label}</strong>
      {series.map(({ name, look }) => {
        const value = valueOf(name)
        return (
          <span key={name} className={`legend look-${look}`}>
            {name} <b>{typeof value === 'number' ? format(value) : '–'}</b>
          </span>
        )
      })}
    </div>
  )
}
