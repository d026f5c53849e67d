import type { CheckStep, DoctorReport, DoctorTrap, Fit } from '../../../contract/doctor.ts'
import { mendSchema, type RunnerName } from '../../../contract/toolchain.ts'
import type { Config, RunnerConfig } from '../../config/schema.ts'
import type { DockerEngine } from '../../docker/port.ts'
import { ownLabels } from '../../docker/labels.ts'
import { assignedTo } from '../assign.ts'
import { examineToolchain, type Report } from '../doctor/examine.ts'
import { isSelinuxEnforcing } from '../doctor/selinux.ts'
import { configTraps, type Trap } from '../doctor/traps.ts'
import { referenceOf, type Reference, type Toolchain } from '../toolchain.ts'
import { runnersWith, type ToolchainDesk } from './desk.ts'

export interface ExaminationParts {
  readonly desk: Pick<ToolchainDesk, 'memory'>
  readonly engine: DockerEngine
  readonly labels: Readonly<Record<string, string>>
  /** Whom the runner has its jobs run as; `''` for the image's own. */
  readonly user: string
  readonly onStep?: (step: CheckStep, done?: number, total?: number) => void
}

/** The doctor's word on a toolchain in an image, as the desk's memory and this machine have it. */
export const examineIn = async (
  { desk, engine, labels, user, onStep }: ExaminationParts,
  toolchain: Toolchain,
  image: string,
): Promise<Report> =>
  examineToolchain({
    engine,
    toolchain,
    image,
    user,
    memory: desk.memory,
    labels,
    isEnforcing: await isSelinuxEnforcing(),
    ...(onStep && { onStep }),
  })

/** Of containers that are removed at once; what a killed process leaves is swept up by the next start of the engine. */
export const preflightLabels = (systemId: string, session: string): Readonly<Record<string, string>> => ({
  [ownLabels.purpose]: 'preflight',
  [ownLabels.systemId]: systemId,
  [ownLabels.session]: session,
})

export interface TrapOfRunner extends Trap {
  readonly runner: RunnerConfig
}

/** What the configuration of runners that have the toolchain would do to it. */
export const trapsOfRunners = ({ runners }: Config, reference: string): readonly TrapOfRunner[] =>
  runners
    .filter((runner) => assignedTo(runner).some((other) => referenceOf(other) === reference))
    .flatMap((runner) => configTraps(runner).map((trap) => ({ ...trap, runner })))

/** Whom the runners that have it have their jobs run as; `''`, the image's own, also where they do not agree. */
export function userOfRunners(config: Config, reference: Required<Reference>): string {
  const users = new Set(runnersWith(config, reference).map((at) => config.runners[at]?.docker?.user ?? ''))
  const [user = ''] = users
  return users.size === 1 ? user : ''
}

/** Could a job work with it? */
export const isWell = (report: Pick<Report, 'findings' | 'proofs' | 'traps'>): boolean =>
  fitOf({ ...report, runs: 0, programs: 0 }) !== 'fails'

export function fitOf({
  findings,
  proofs,
  traps,
  runs,
  programs,
}: Pick<Report, 'findings' | 'proofs' | 'traps' | 'runs' | 'programs'>): Fit {
  const isHopeless =
    findings.some(({ blocking }) => blocking) ||
    proofs.some(({ exitCode }) => exitCode !== 0) ||
    traps.some(({ name }) => name === 'not-seen-by-engine')
  if (isHopeless) return 'fails'
  return runs < programs ? 'partly' : 'runs'
}

export const doctorReport = (
  reference: Required<Reference>,
  report: Report,
  traps: readonly TrapOfRunner[] = [],
  keyOf: (runner: RunnerConfig) => string = ({ name }) => name,
): DoctorReport => ({
  reference: { name: reference.name, version: reference.version },
  image: report.image,
  architecture: report.architecture,
  fit: fitOf(report),
  programs: report.programs,
  runs: report.runs,
  findings: report.findings.map(({ kind, facts, cause, remedy, blocking, count, programs }) => ({
    kind,
    facts,
    cause,
    remedy,
    blocking,
    count,
    programs,
  })),
  traps: [
    ...report.traps.map((trap) => toldTrap(trap)),
    ...traps.map(({ runner, ...trap }) => toldTrap(trap, { key: keyOf(runner), name: runner.name })),
  ],
  proofs: report.proofs,
  fittingImages: report.fittingImages,
})

/** What the page cannot carry is left to a person. */
function toldTrap({ name, cause, remedy, command, mend }: Trap, runner?: RunnerName): DoctorTrap {
  const parsed = mendSchema.safeParse(mend)
  return {
    name,
    cause,
    remedy,
    ...(command !== undefined && { command }),
    ...(parsed.success && { mend: parsed.data }),
    ...(runner && { runner }),
  }
}
