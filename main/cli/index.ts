import { hostname } from 'node:os'

import { systemClock } from '../engine/clock.ts'
import { ourSurroundings } from '../engine/config/locations.ts'
import { CommandFailure } from './command.ts'
import { main } from './main.ts'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => interruption.abort(new CommandFailure('Interrupted.')))
// A reader that went away, such as `drydock list | head`, is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  around: ourSurroundings(),
  hostname: hostname(),
  clock: systemClock,
  interrupted: interruption.signal,
  engine: () => import('./engine-module.ts'),
})
// A command is over when its promise is: neither open input nor a job that is not waited for may keep the process.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise((resolve) => stream.write('', resolve))
}
process.exit(exitCode)
