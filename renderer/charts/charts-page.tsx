import { useState } from 'react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'

import type { JobNumbers, JobStatistics } from '../../main/contract/statistics.ts'
import { stageInWords } from '../job/stage-words.ts'
import { FilterChip } from '../jobs/filter-chip.tsx'
import type { Connection } from '../state/connection.ts'
import { periods, sinceOf, type Period } from '../state/period.ts'
import { linkTo } from '../state/route.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { Chart } from './chart.tsx'
import { NumbersTable } from './numbers-table.tsx'
import { rateOf, total } from './rates.ts'
import { StageChart } from './stage-chart.tsx'
import './charts.css'

const hour = 3_600_000
const day = 24 * hour

export function ChartsPage({ connection }: { readonly connection: Connection }) {
  const { words } = useReader()
  const [period, setPeriod] = useState<Period>('month')
  const [project, setProject] = useState<string>()
  const [runner, setRunner] = useState<string>()
  const [toolchain, setToolchain] = useState<string>()
  const facets = useAnswer(connection, (api) => api.listJobFacets(undefined))
  const step = period === 'today' ? hour : day
  const found = useAnswer(
    connection,
    (api, left) => {
      const since = sinceOf(period, Date.now())
      const until = sinceOf('today', Date.now()) + day
      return api.readStatistics(
        {
          since,
          until,
          step,
          ...(project && { project }),
          ...(runner && { runner }),
          ...(toolchain && { toolchain }),
        },
        left,
      )
    },
    JSON.stringify([period, project, runner, toolchain]),
  )
  const toolchains = facets.value?.toolchains ?? []
  const named = (names: readonly string[] = []) => names.map((name) => ({ id: name, text: name }))
  return (
    <div className="page" data-page="charts">
      <header className="page-head">
        <h1>{words.nav.charts}</h1>
      </header>
      <div className="jobs-bar">
        <div className="chips">
          <ToggleButtonGroup
            className="chips"
            aria-label={words.jobs.time}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[period]}
            onSelectionChange={([key]) => setPeriod(periods.find((one) => one === key) ?? period)}
          >
            {periods.map((one) => (
              <ToggleButton key={one} id={one} className="chip">
                {words.period[one]}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <FilterChip
            name={words.jobs.columns.project}
            choices={named(facets.value?.projects)}
            chosen={project}
            onChoose={setProject}
          />
          <FilterChip
            name={words.jobs.columns.runner}
            choices={named(facets.value?.runners)}
            chosen={runner}
            onChoose={setRunner}
          />
          {toolchains.length > 0 && (
            <FilterChip
              name={words.jobs.columns.toolchain}
              choices={toolchains.map((id) => ({ id, text: toolchainInWords(id) }))}
              chosen={toolchain}
              onChoose={setToolchain}
            />
          )}
        </div>
      </div>
      <div className="page-body">
        {found.value !== undefined && <Charts found={found.value} isDay={period === 'today'} />}
        {found.value === undefined && found.error === undefined && <Notice>{words.charts.loading}</Notice>}
        {found.error !== undefined && (
          <Failed why={found.error} onAgain={found.askAgain}>
            {words.charts.failed}
          </Failed>
        )}
      </div>
    </div>
  )
}

function Charts({ found, isDay }: { readonly found: JobStatistics; readonly isDay: boolean }) {
  const { words, format, language } = useReader()
  if (total(found.whole) === 0) {
    return (
      <Notice
        action={
          <a className="button" href={linkTo({ page: 'jobs' })}>
            {words.overview.all}
          </a>
        }
      >
        {words.charts.empty}
      </Notice>
    )
  }
  const label = new Intl.DateTimeFormat(
    language,
    isDay ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric' },
  )
  const labels = found.steps.map(({ from }) => label.format(from))
  const count = (value: number) => value.toLocaleString(language)
  const toolchains = found.toolchains.map((row) => ({ ...row, name: toolchainInWords(row.name) }))
  const column = (pick: (numbers: JobNumbers) => number | undefined) => found.steps.map(pick)
  return (
    <div className="charts">
      <Chart
        title={words.charts.results}
        kind="columns"
        labels={labels}
        format={count}
        series={[
          { name: words.status.success, look: 'good', values: column(({ passed }) => passed) },
          { name: words.status.failed, look: 'bad', values: column(({ failed }) => failed) },
          { name: words.status.canceled, look: 'none', values: column(({ canceled }) => canceled) },
        ]}
      />
      <Chart
        title={words.charts.rate}
        kind="lines"
        most={1}
        labels={labels}
        format={format.percent}
        series={[{ name: words.charts.rate, look: 'accent', values: column(rateOf) }]}
      />
      <Chart
        title={words.charts.durations}
        kind="lines"
        labels={labels}
        format={format.duration}
        series={[
          {
            name: words.charts.median,
            look: 'accent',
            values: column(({ medianDuration }) => medianDuration),
          },
          { name: words.charts.slow, look: 'soft', values: column(({ slowDuration }) => slowDuration) },
        ]}
      />
      <Chart
        title={words.charts.queue}
        kind="lines"
        labels={labels}
        format={format.duration}
        series={[
          { name: words.charts.median, look: 'accent', values: column(({ medianQueue }) => medianQueue) },
        ]}
      />
      <Chart
        title={words.charts.stages}
        kind="bars"
        labels={found.stages.map(({ name }) => stageInWords(name, words))}
        format={format.duration}
        series={[
          { name: words.charts.average, look: 'accent', values: found.stages.map(({ average }) => average) },
        ]}
      />
      <NumbersTable title={words.charts.byProject} rows={found.projects} />
      <NumbersTable title={words.charts.byRunner} rows={found.runners} />
      {toolchains.length > 0 && <NumbersTable title={words.charts.byToolchain} rows={toolchains} />}
      {toolchains.length > 0 && (
        <Chart
          title={words.charts.queueByToolchain}
          kind="bars"
          labels={toolchains.map(({ name }) => name)}
          format={format.duration}
          series={[
            {
              name: words.charts.median,
              look: 'accent',
              values: toolchains.map(({ medianQueue }) => medianQueue),
            },
          ]}
        />
      )}
      <StageChart title={words.charts.stagesByProject} rows={found.projects} />
      <StageChart title={words.charts.stagesByRunner} rows={found.runners} />
      {toolchains.length > 0 && <StageChart title={words.charts.stagesByToolchain} rows={toolchains} />}
    </div>
  )
}

const toolchainInWords = (reference: string) => reference.replace('@', ' ')
