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
