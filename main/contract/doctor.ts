import type { RunnerName, ToolchainRef, TrapMend } from './toolchain.ts'

/** Programs with one and the same trouble. */
export interface DoctorFinding {
  /** Its words are found by this in the reader's language; `facts` go into them. */
  readonly kind: string
  readonly facts: Readonly<Record<string, string>>
  /** Cause and remedy in English, for kinds without words. */
  readonly cause: string
  readonly remedy: string
  /** Jobs that run these cannot go well. */
  readonly blocking: boolean
  readonly count: number
  /** In the container; the first of them. */
  readonly programs: readonly string[]
}

export interface DoctorProof {
  readonly program: string
  readonly exitCode: number
  /** The first line it printed. */
  readonly printed: string
}

/** A known way for a toolchain to go wrong, seen before it does. */
export interface DoctorTrap {
  readonly name: string
  readonly cause: string
  readonly remedy: string
  readonly command?: string
  /** What can be done about it at once. */
  readonly mend?: TrapMend
  /** Set where it lies in the section of a runner. */
  readonly runner?: RunnerName
}

/** How a toolchain fares in an image: everything runs, some does, or jobs cannot work with it. */
export type Fit = 'runs' | 'partly' | 'fails'

/** All that the doctor has to say of one toolchain in one image. */
export interface DoctorReport {
  readonly reference: ToolchainRef
  readonly image: string
  readonly architecture: string
  readonly fit: Fit
  readonly programs: number
  readonly runs: number
  readonly findings: readonly DoctorFinding[]
  readonly traps: readonly DoctorTrap[]
  readonly proofs: readonly DoctorProof[]
  /** Images on this engine in which more of it runs, best first. */
  readonly fittingImages: readonly { readonly image: string; readonly runs: number }[]
}

export const checkSteps = ['image', 'programs', 'mount', 'proof', 'others'] as const
export type CheckStep = (typeof checkSteps)[number]

export type CheckEvent =
  | { readonly type: 'step'; readonly step: CheckStep; readonly done?: number; readonly total?: number }
  | { readonly type: 'report'; readonly report: DoctorReport; readonly tookMs: number }

/** A toolchain and an image, as far as they were examined and have not changed since. */
export type MatrixCell =
  | { readonly state: 'unknown' }
  | { readonly state: 'examined'; readonly fit: Fit; readonly runs: number; readonly programs: number }

/** Every toolchain in every image of the engine. */
export type ToolchainMatrix =
  | {
      readonly state: 'ready'
      readonly endpoint: string
      readonly images: readonly { readonly name: string; readonly size: number }[]
      readonly rows: readonly { readonly reference: ToolchainRef; readonly cells: readonly MatrixCell[] }[]
    }
  | { readonly state: 'no-engine'; readonly problem: string; readonly remedy: string }

/** Why a program of a toolchain did not run in a job, as the doctor sees it. */
export interface JobDiagnosis {
  readonly reference: ToolchainRef
  readonly image: string
  /** In the container. */
  readonly program: string
  readonly finding: DoctorFinding
  readonly fittingImages: DoctorReport['fittingImages']
  /** Set where the image is the runner's default one, so that it can be changed there. */
  readonly runner?: string
}
