/** Begins jobs in the history named on the command line until it is killed, and prints each id once it is durable. */
import { openHistory } from '../../../main/engine/history/history.ts'
import { aNewJob, silent } from './new-job.ts'

const history = openHistory({ path: process.argv[2]!, logger: silent })
const begin = () => {
  const id = history.begin(aNewJob())
  history.stageStarted(id, { name: 'step_script', title: 'Executing', startedAt: 1 })
  process.stdout.write(`${id}\n`, () => setImmediate(begin))
}
begin()
