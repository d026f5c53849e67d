import type { Command } from '../command.ts'
import { configOption, dataDirOption, jsonOption } from '../common-options.ts'
import { type Option, UsageError } from '../option.ts'
import { statusRequest } from '../status-request.ts'

const statuses = ['running', 'success', 'failed', 'canceled'] as const

const filters: readonly Option[] = [
  { names: ['status'], kind: 'text', help: `Only such jobs: ${statuses.join(', ')}.` },
  { names: ['project'], kind: 'text', help: 'Only jobs of this project, as group/project.' },
  { names: ['branch'], kind: 'text', help: 'Only jobs of this branch or tag.' },
  { names: ['runner'], kind: 'text', help: 'Only jobs of this runner.' },
  { names: ['toolchain'], kind: 'text', help: 'Only jobs that worked with it: NAME or NAME@VERSION.' },
  { names: ['search'], kind: 'text', help: 'Words that are in name, project, branch or commit.' },
  { names: ['days'], kind: 'number', help: 'Only jobs of so many days up to now.' },
]

const dayMs = 86_400_000

export const jobs: Command = {
  options: [configOption, dataDirOption, jsonOption, ...filters],
  run: async (values, terminal) => {
    const [status, days] = [values.text('status'), values.number('days')]
    const outcome = statuses.find((one) => one === status)
    if (status !== undefined && outcome === undefined)
      throw new UsageError(`"${status}" is no status. Write one of ${statuses.join(', ')}.`)
    const texts = (['project', 'branch', 'runner', 'toolchain'] as const).flatMap((key) => {
      const value = values.text(key)
      return value === undefined ? [] : [[key, value] as const]
    })
    const search = values.text('search')
    const request = statusRequest(values, terminal)
    return (await terminal.engine()).printJobs({
      ...request,
      jobs: {
        format: request.json ? 'json' : 'csv',
        ...(outcome !== undefined && { outcome }),
        ...Object.fromEntries(texts),
        ...(search !== undefined && { text: search }),
        ...(days !== undefined && { since: Math.max(0, Math.round(terminal.clock.now() - days * dayMs)) }),
      },
    })
  },
}
