import type { Command } from '../command.ts'
import { configOption, dataDirOption } from '../common-options.ts'
import { UsageError } from '../option.ts'
import { statusRequest } from '../status-request.ts'

export const shell: Command = {
  arguments: ['JOB'],
  options: [
    configOption,
    dataDirOption,
    { names: ['keep'], kind: 'flag', help: 'Keep the job also after the shell has ended.' },
    { names: ['release'], kind: 'flag', help: 'Open no shell: remove what is kept of the job now.' },
  ],
  run: async (values, terminal) => {
    const [word] = values.rest
    const job = word === undefined ? undefined : Number(word)
    if (job !== undefined && !Number.isSafeInteger(job))
      throw new UsageError(`"${word ?? ''}" is no job. Write its number, as GitLab shows it.`)
    return (await terminal.engine()).openShell({
      ...statusRequest(values, terminal),
      ...(job !== undefined && { job }),
      keep: values.flag('keep') === true,
      release: values.flag('release') === true,
    })
  },
}
