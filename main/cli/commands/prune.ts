import type { Command } from '../command.ts'
import { configOption, dataDirOption, jsonOption } from '../common-options.ts'
import { UsageError, type OptionValues } from '../option.ts'
import { statusRequest } from '../status-request.ts'

export const prune: Command = {
  options: [
    configOption,
    dataDirOption,
    { names: ['dry-run'], kind: 'flag', help: 'Only say what would be removed.' },
    {
      names: ['down-to'],
      kind: 'number',
      help: 'GiB that may stay, instead of the budget of settings.json.',
    },
    { names: ['all'], kind: 'flag', help: 'Remove everything that no job needs now.' },
    jsonOption,
  ],
  run: async (values, terminal) =>
    (await terminal.engine()).pruneDisk({
      ...statusRequest(values, terminal),
      dryRun: values.flag('dry-run') === true,
      ...downTo(values),
    }),
}

function downTo(values: OptionValues): { readonly downTo?: number } {
  if (values.flag('all') === true) return { downTo: 0 }
  const gib = values.number('down-to')
  if (gib === undefined) return {}
  if (!(gib >= 0)) throw new UsageError('--down-to takes a number of GiB, such as 20.')
  return { downTo: gib * 1024 ** 3 }
}
