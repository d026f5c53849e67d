import type { JobDetail, StageTiming } from '../../main/contract/job.ts'

/** Writes a log as the runner does: a timestamp before each record, markers around stages, colours. */
export class LogWriter {
  text = ''
  #now: number

  constructor(startedAt: number) {
    this.#now = startedAt
  }

  at(milliseconds: number): this {
    this.#now = milliseconds
    return this
  }

  section(name: string, title: string): this {
    this.#record('00O ', `section_start:${Math.floor(this.#now / 1000)}:${name}\r\x1b[0K`)
    return this.#record('00O+', `\x1b[0K\x1b[36;1m${title}\x1b[0;m\x1b[0;m`)
  }

  endSection(name: string): this {
    return this.#record('00O ', `section_end:${Math.floor(this.#now / 1000)}:${name}\r\x1b[0K`)
  }

  runner(line: string): this {
    return this.#record('00O ', line)
  }

  out(...lines: readonly string[]): this {
    for (const line of lines) this.#record('01O ', line)
    return this
  }

  /** A progress bar: each state is drawn over the one before. */
  bar(...states: readonly string[]): this {
    for (const state of states) this.#record('01O+', `\r${state}`)
    return this
  }

  err(line: string): this {
    return this.#record('01E ', line)
  }

  command(line: string): this {
    return this.out(`\x1b[32;1m$ ${line}\x1b[0;m`)
  }

  #record(kind: string, content: string): this {
    this.#now += 3
    const time = new Date(this.#now).toISOString().replace('Z', '417Z')
    this.text += `${time} ${kind}${content}\n`
    return this
  }
}

/** The log of a compile job up to the end of its last stage. */
export function compileLog(job: JobDetail, warnings = 3): string {
  const log = new LogWriter(job.acceptedAt)
  log.runner('\x1b[0KRunning with drydock 0.1.0\x1b[0;m')
  log.runner(`\x1b[0K  on ${job.runner} aBcDeFgHi, system ID: s_1234567890ab\x1b[0;m`)
  for (const stage of job.stages) writeStage(log, job, stage, warnings)
  if (job.state.phase !== 'finished') return log.text
  const { outcome } = job.state
  if (outcome.result === 'success') log.runner('\x1b[32;1mJob succeeded\x1b[0;m')
  if (outcome.result === 'canceled') log.runner('\x1b[31;1mERROR: Job failed: canceled\x1b[0;m')
  if (outcome.result === 'failed') log.runner(`\x1b[31;1mERROR: Job failed: ${outcome.message}\x1b[0;m`)
  return log.text
}

function writeStage(log: LogWriter, job: JobDetail, stage: StageTiming, warnings: number): void {
  log.at(stage.startedAt).section(stage.name, stage.title)
  const failed = job.state.phase === 'finished' && job.state.outcome.result === 'failed'
  switch (stage.name) {
    case 'prepare_executor':
      log.runner(`\x1b[0KUsing Docker executor with image ${job.image} ...\x1b[0;m`)
      log.runner(`Using docker image sha256:d6d4c1d2 for ${job.image} ...`)
      break
    case 'get_sources':
      log.out('\x1b[32;1mFetching changes with git depth set to 20...\x1b[0;m')
      log.out(`Initialized empty Git repository in /builds/${job.project}/.git/`)
      log.out(`\x1b[32;1mChecking out ${job.sha.slice(0, 8)} as detached HEAD (ref is ${job.ref})...\x1b[0;m`)
      break
    case 'step_script':
      writeCompile(log, failed, warnings)
      break
    default:
  }
  if (stage.endedAt !== undefined) log.at(stage.endedAt - 10).endSection(stage.name)
}

function writeCompile(log: LogWriter, failed: boolean, warnings: number): void {
  log.command('aarch64-linux-gnu-gcc --version')
  log.out('aarch64-linux-gnu-gcc (GCC) 6.3.0', 'Copyright (C) 2016 Free Software Foundation, Inc.')
  log.command('make -j8')
  for (let unit = 1; unit <= 14 * warnings; unit++) {
    log.out(`  CC      drivers/net/phy_${String(unit).padStart(3, '0')}.o`)
    if (unit % 13 === 0) {
      log.err(
        `\x1b[1mdrivers/net/phy_${unit}.c:${unit * 7}:12:\x1b[0m \x1b[35;1mwarning:\x1b[0m unused variable ‘retries’`,
      )
    }
  }
  log.out('  LD      firmware.elf')
  if (failed) {
    log.err(
      '\x1b[1mdrivers/net/phy_core.c:214:9:\x1b[0m \x1b[31;1merror:\x1b[0m implicit declaration of ‘mdio_reset’',
    )
    log.err('make: *** [Makefile:48: drivers/net/phy_core.o] Error 1')
    log.err('sh: /root/atlas500/bin/aarch64-linux-gnu-strip: not found')
    return
  }
  log.out('  OBJCOPY firmware.bin', '\x1b[38;5;39mfirmware.bin\x1b[0m  \x1b[1m3.4 MiB\x1b[0m')
  log.command('file build/firmware.elf')
  log.out('build/firmware.elf: ELF 64-bit LSB executable, ARM aarch64, version 1 (SYSV), statically linked')
}
