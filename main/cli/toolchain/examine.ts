import { readFile } from 'node:fs/promises'

import { emptyConfig, parseConfig } from '../../engine/config/parse-config.ts'
import { connectDocker } from '../../engine/docker/connect.ts'
import { endpointSettings, surroundings, type EndpointSettings } from '../../engine/docker/endpoint.ts'
import type { Config } from '../../engine/config/schema.ts'
import {
  examineIn,
  isWell,
  preflightLabels,
  trapsOfRunners,
} from '../../engine/toolchain/desk/examination.ts'
import type { Report } from '../../engine/toolchain/doctor/examine.ts'
import { parseReference, referenceOf } from '../../engine/toolchain/toolchain.ts'
import { CommandFailure } from '../command.ts'
import { configFileOf, systemIdFor } from '../config-access.ts'
import { toolchainOrFolder, type Desk } from './desk.ts'

/** Examines a toolchain in an image. @returns 1 where a job could not work with it. */
export async function checkToolchain(desk: Desk): Promise<number> {
  const { values, say } = desk
  const image = values.text('image')
  if (image === undefined) throw new CommandFailure('Say in which image: --image IMAGE.')
  const toolchain = await toolchainOrFolder(desk, desk.named('NAME|FOLDER'))
  const { endpoint, user } = await siteOf(desk)
  const engine = await connectDocker(endpoint, surroundings())
  const begun = performance.now()
  try {
    const labels = await containerLabels(desk)
    const report = await examineIn({ desk, engine, labels, user }, toolchain, image)
    const tookMs = Math.round(performance.now() - begun)
    const traps = [
      ...report.traps,
      ...trapsOfRunners(await configOf(desk), report.toolchain).map(({ runner: _, ...trap }) => trap),
    ]
    if (values.flag('json') === true) say(JSON.stringify({ ...report, traps, user, tookMs }, undefined, 2))
    else for (const line of inWords({ ...report, traps }, user, tookMs)) say(line)
    return isWell(report) ? 0 : 1
  } finally {
    engine.close()
  }
}

export const containerLabels = async ({ values, terminal }: Desk) =>
  preflightLabels(await systemIdFor(configFileOf(values, terminal), terminal), `command-${process.pid}`)

async function configOf({ values, terminal }: Desk): Promise<Config> {
  const text = await readFile(configFileOf(values, terminal), 'utf8').catch(() => '')
  return parseConfig(text, { environment: terminal.around.environment }).config ?? emptyConfig
}

/** Where jobs run, and as whom; `''` for the user of the image. */
export interface Site {
  readonly endpoint: EndpointSettings
  readonly user: string
}

/** Jobs run on the engine of their runner: of the one that is named, as its user, else of the first one. */
export async function siteOf(desk: Desk): Promise<Site> {
  const { values } = desk
  const { runners } = await configOf(desk)
  const name = values.text('runner')
  const runner =
    name === undefined ? runners.find(({ docker }) => docker) : runners.find((one) => one.name === name)
  if (name !== undefined && runner === undefined) throw new CommandFailure(`No runner is named ${name}.`)
  return {
    endpoint: endpointSettings(runner?.docker),
    user: name === undefined ? '' : (runner?.docker?.user ?? ''),
  }
}

function inWords(report: Report, user: string, tookMs: number): readonly string[] {
  const { programs, runs, findings, traps, proofs, fittingImages } = report
  const lines = [
    `${report.toolchain} in ${report.image} (${report.architecture})${user === '' ? '' : ` as ${user}`}, examined in ${(tookMs / 1000).toFixed(1)} s`,
    `${runs === programs ? '✓' : runs === 0 ? '✕' : '!'} ${runs} of ${programs} programs run`,
  ]
  for (const { blocking, count, cause, remedy, example } of findings)
    lines.push(
      `${blocking ? '✕' : '!'} ${count} ${count === 1 ? 'program' : 'programs'}: ${cause}`,
      `    for example ${example}`,
      `    ${remedy}`,
    )
  for (const { cause, remedy, command } of traps)
    lines.push(`! ${cause}`, `    ${remedy}${command === undefined ? '' : `  ${command}`}`)
  for (const { program, exitCode, printed } of proofs)
    lines.push(
      `${exitCode === 0 ? '✓' : '✕'} ran ${program} --version: ${exitCode === 0 ? printed : `exit code ${exitCode}, ${printed}`}`,
    )
  if (fittingImages.length > 0)
    lines.push(
      'Images here in which more of it runs:',
      ...fittingImages.map((fit) => `    ${fit.image} (${fit.runs} of ${programs})`),
    )
  return lines
}

/** Takes the fingerprint, or holds the folder against the one that was taken. @returns 1 on drift. */
export async function fingerprintToolchain(desk: Desk): Promise<number> {
  const { values, terminal, library, fingerprints, say } = desk
  const toolchain = await library.read(parseReference(desk.named('NAME')))
  const name = referenceOf(toolchain)
  let shown = 0
  const look = await fingerprints.look(toolchain, {
    signal: terminal.interrupted,
    onProgress: ({ done, total }) => {
      const percent = Math.floor((done / Math.max(total, 1)) * 10) * 10
      if (percent > shown && total > 1 << 28) terminal.logger.info(`${name}: ${percent} % read`)
      shown = Math.max(shown, percent)
    },
  })
  const { root, files, bytes } = look.fingerprint
  const isAccepted = look.kind === 'drifted' && values.flag('accept') === true
  if (isAccepted) await fingerprints.accept(toolchain, look.fingerprint)
  if (values.flag('json') === true) {
    const changes = look.kind === 'drifted' ? { was: look.was, changes: look.changes } : {}
    say(
      JSON.stringify({
        toolchain: name,
        state: isAccepted ? 'accepted' : look.kind,
        root,
        files,
        bytes,
        ...changes,
      }),
    )
    return look.kind === 'drifted' && !isAccepted ? 1 : 0
  }
  say(
    `${name} ${root.slice(0, 16)}  ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB: ${isAccepted ? 'accepted' : look.kind}`,
  )
  if (look.kind !== 'drifted' || isAccepted) return 0
  for (const { path, change } of look.changes.slice(0, 20)) say(`    ${change} ${path}`)
  if (look.changes.length > 20) say(`    and ${look.changes.length - 20} more`)
  say(
    `Take this content for right with "drydock toolchain fingerprint ${name} --accept", or put the old one back.`,
  )
  return 1
}
