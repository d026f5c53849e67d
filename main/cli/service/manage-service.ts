import { access, chmod, mkdir, rm } from 'node:fs/promises'

import { replaceFile } from '../../engine/config/replace-file.ts'
import { CommandFailure } from '../command.ts'
import { runProgram } from '../run-program.ts'
import type { Service, ServiceCommand } from './service.ts'

/** What managing a service touches of the world. */
export interface ServiceHost {
  readonly say: (line: string) => void
  /** Runs a program of the service manager. @returns its exit code. */
  readonly run?: (command: ServiceCommand) => Promise<number>
}

const runHere = ([program, ...args]: ServiceCommand) => runProgram(program, args)

/** Writes the service's file and starts it. @throws CommandFailure when its manager refuses. */
export async function installService(service: Service, { say, run = runHere }: ServiceHost): Promise<void> {
  for (const folder of service.folders) await mkdir(folder, { recursive: true, mode: 0o700 })
  await replaceFile(service.file, service.text)
  // The machine's service manager warns of units that others cannot read; nothing in it is secret.
  await chmod(service.file, 0o644)
  say(`Wrote ${service.file}`)
  await runAll(service.start, run, `${service.file} is there, but it was not started`)
  for (const line of service.advice) say(line)
}

/** Stops the service, letting jobs finish, and removes its file. @throws CommandFailure where it is not installed. */
export async function uninstallService(service: Service, { say, run = runHere }: ServiceHost): Promise<void> {
  const isThere = await access(service.file).then(
    () => true,
    () => false,
  )
  if (!isThere) throw new CommandFailure(`${service.file} does not exist: the service is not installed.`)
  await runAll(service.stop, run, `The service could not be stopped, so ${service.file} was left`)
  await rm(service.file)
  say(`Removed ${service.file}; configuration and history stay where they are`)
  await runAll(service.forget, run, `${service.file} is gone, but its manager does not know yet`)
}

async function runAll(
  commands: readonly ServiceCommand[],
  run: NonNullable<ServiceHost['run']>,
  failure: string,
): Promise<void> {
  for (const command of commands) {
    const code = await run(command)
    if (code !== 0) throw new CommandFailure(`${failure}: this failed: ${command.join(' ')}`)
  }
}
