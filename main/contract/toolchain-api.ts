import { z } from 'zod'

import type { CheckEvent, JobDiagnosis, ToolchainMatrix } from './doctor.ts'
import { call, nothing, stream } from './table.ts'
import {
  referenceSchema,
  toolchainEditSchema,
  toolchainFormSchema,
  type FolderCheck,
  type ToolchainEditPreview,
  type ToolchainRef,
  type ToolchainShelf,
} from './toolchain.ts'

const path = z.string().max(4096)
const image = z.string().min(1).max(1024)

/** Where a toolchain that is not a folder yet comes from. */
export const importSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('archive'),
    file: path,
    /** What the vendor says its SHA-256 is, in hex; empty: not told. */
    sha256: z.string().regex(/^(?:[0-9a-fA-F]{64})?$/, 'is no SHA-256: 64 hexadecimal digits'),
  }),
  z.strictObject({ kind: z.literal('image'), image, folder: path }),
])

export type ImportSource = z.output<typeof importSourceSchema>

export type FolderChoice = { readonly state: 'chosen'; readonly folder: string } | { readonly state: 'left' }

export type DiagnosisAnswer =
  | { readonly state: 'explained'; readonly diagnosis: JobDiagnosis }
  | { readonly state: 'unknown' }

export type ImportEvent =
  /** Bytes unpacked so far. */
  | { readonly type: 'progress'; readonly bytes: number }
  | {
      readonly type: 'imported'
      readonly reference: ToolchainRef
      readonly folder: string
      readonly files: number
      readonly bytes: number
      /** Files that an earlier attempt had unpacked. */
      readonly kept: number
      /** A Dockerfile for the image without the toolchain. */
      readonly dockerfile?: string
    }

export type VolumeEvent =
  /** Bytes: read for the fingerprint, then brought to the engine. */
  | {
      readonly type: 'progress'
      readonly step: 'reading' | 'copying'
      readonly done: number
      readonly total: number
    }
  /** Everything was read back and compared. */
  | {
      readonly type: 'copied'
      readonly files: number
      readonly bytes: number
      /** Files that an earlier attempt had brought. */
      readonly kept: number
    }

/** What the page of toolchains asks. */
export const toolchainApi = {
  watchToolchains: stream(nothing, {} as ToolchainShelf),
  checkFolder: call(z.strictObject({ path }), {} as FolderCheck),
  /** Shows a dialog of the desktop. */
  browseFolder: call(nothing, {} as FolderChoice),
  /** Puts a new one into the library. `bad-input` says what is wrong with it, `conflict` that it is there. */
  addToolchain: call(z.strictObject({ form: toolchainFormSchema }), {} as ToolchainRef),
  /** Forgets the description; the folder stays. `bad-input` while a runner has it. */
  removeToolchain: call(referenceSchema, undefined as void),
  previewToolchainEdit: call(z.strictObject({ edit: toolchainEditSchema }), {} as ToolchainEditPreview),
  /** `conflict` when the file is no longer at `basedOn`. */
  editToolchains: call(z.strictObject({ edit: toolchainEditSchema, basedOn: z.string() }), undefined as void),
  /** Holds the folder against what was recorded, in the background; the shelf shows how far it is. */
  verifyToolchain: call(referenceSchema, undefined as void),
  /** From now on the content is right as it is, under the same version. */
  acceptDrift: call(referenceSchema, undefined as void),
  readMatrix: call(nothing, {} as ToolchainMatrix),
  /** Examines a toolchain in an image, from memory where nothing has changed. Leaving stops it. */
  watchCheck: stream(z.strictObject({ reference: referenceSchema, image }), {} as CheckEvent),
  /** Makes a toolchain of an archive or an image. Leaving stops it; once more goes on where it ended. */
  importToolchain: stream(
    z.strictObject({ form: toolchainFormSchema, source: importSourceSchema }),
    {} as ImportEvent,
  ),
  /** Copies a toolchain into a volume of the engine. Leaving stops it; once more goes on where it ended. */
  copyToVolume: stream(
    z.strictObject({
      reference: referenceSchema,
      volume: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, 'is no name of a volume'),
    }),
    {} as VolumeEvent,
  ),
  /** Whether a program that a failed job did not find is one of its toolchains', and why it did not run. */
  diagnoseJob: call(z.strictObject({ id: z.int().positive(), program: path }), {} as DiagnosisAnswer),
}
