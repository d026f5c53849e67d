import { z } from 'zod'

import type { ConfigChanges, ConfigChangeText } from './config-changes.ts'
import type { LogChunk } from './log-chunk.ts'
import { mountConsentSchema } from './mount-policy.ts'
import {
  runnerFormSchema,
  serverEditSchema,
  type RecentJobTags,
  type RunnerEditPreview,
  type RunnerFile,
  type ServerFacts,
  type TokenRenewal,
} from './runner-file.ts'
import {
  setupDraftSchema,
  type EngineCheck,
  type EngineChoice,
  type ImportReport,
  type LocalImage,
  type RunnerPreview,
  type SavedRunner,
  type ServerCheck,
  type SetupState,
  type TokenCheck,
  type TokenOffer,
} from './setup.ts'
import { call, nothing, stream } from './table.ts'

const address = z.string().max(2048)
const secret = z.string().min(1).max(1024)
const runnerRef = z.strictObject({ key: z.string().min(1).max(4096) })
const engineRef = z.strictObject({
  host: address,
  tlsVerify: z.boolean().default(false),
  tlsCertPath: address.default(''),
})
const serverRef = z.strictObject({ url: address, caFile: z.string().max(4096) })
/** A pasted text, or one of the files that were offered: the engine reads it, so that its tokens stay there. */
const importSource = z.union([
  z.strictObject({ text: z.string().max(1024 * 1024) }),
  z.strictObject({ file: z.string().max(4096) }),
])

/** What the wizard asks. Tokens go in and never come out. */
export const setupApi = {
  watchSetup: stream(nothing, {} as SetupState),
  /** Keeps what was answered, so that a closed window loses nothing. */
  keepSetup: call(setupDraftSchema, undefined as void),
  /** Forgets the draft, the token and the test job. */
  leaveSetup: call(nothing, undefined as void),
  listEngines: call(nothing, [] as readonly EngineChoice[]),
  checkEngine: call(engineRef, {} as EngineCheck),
  checkServer: call(serverRef, {} as ServerCheck),
  /**
   * Without a token, the one the engine holds for the wizard is asked about again; `remembered`: the person's token that
   * is at hand for the server. `remember`: keeps it there if it is a person's.
   */
  checkToken: call(
    serverRef.extend({
      token: secret.optional(),
      remembered: z.boolean().optional(),
      remember: z.boolean().optional(),
    }),
    {} as TokenCheck,
  ),
  /** Says nothing of the token itself. */
  offerToken: call(z.strictObject({ url: address }), {} as TokenOffer),
  listImages: call(engineRef, [] as readonly LocalImage[]),
  previewRunner: call(setupDraftSchema, {} as RunnerPreview),
  /** Starts the test job; a former one is ended first. */
  testRunner: call(setupDraftSchema, undefined as void),
  stopTest: call(nothing, undefined as void),
  watchTestLog: stream(z.strictObject({ run: z.int(), offset: z.int().nonnegative() }), {} as LogChunk),
  /** Starts the practice GitLab and makes it the server of the draft. */
  startPractice: call(nothing, undefined as void),
  /** Runs the sample project's pipeline on the practice GitLab. */
  runSample: call(nothing, undefined as void),
  saveRunner: call(setupDraftSchema, {} as SavedRunner),
  /** Files of gitlab-runner at its usual places, besides the one that is in use. */
  listImportFiles: call(nothing, [] as readonly string[]),
  /** What would become of every key of a config.toml. */
  reportImport: call(importSource, {} as ImportReport),
  /** Adds the runners the report takes. @returns how many */
  takeImport: call(importSource, 0),
}

/** What a runner's page asks. */
export const runnerPageApi = {
  watchRunnerFile: stream(runnerRef, {} as RunnerFile),
  previewRunnerEdit: call(runnerRef.extend({ form: runnerFormSchema }), {} as RunnerEditPreview),
  /** `conflict` when the file is no longer at `basedOn`. */
  /** @returns the revision it made. */
  editRunner: call(
    runnerRef.extend({
      form: runnerFormSchema,
      basedOn: z.string(),
      consents: z.array(mountConsentSchema).max(100).optional(),
    }),
    '',
  ),
  pauseRunner: call(runnerRef, undefined as void),
  resumeRunner: call(runnerRef, undefined as void),
  /** Takes it out of the file and this machine out of its managers. */
  removeRunner: call(runnerRef, undefined as void),
  /** Has GitLab give out a new token at once and puts it into the file. The old one ends with it, wherever it is used. */
  renewToken: call(runnerRef, {} as TokenRenewal),
  /** Creates it anew in GitLab and deletes the old one, with the person's token that is held or remembered. */
  recreateRunner: call(runnerRef, {} as TokenRenewal),
  /** Without a token, with the one that is held or remembered. A new one is remembered once GitLab has taken it. */
  askServer: call(
    runnerRef.extend({ token: secret.optional(), remember: z.boolean().optional() }),
    {} as ServerFacts,
  ),
  /** Forgets the token for the runner's server, wherever it is. */
  forgetToken: call(runnerRef, {} as ServerFacts),
  /** The tags of jobs that came here lately; a runner is not told them, so a person's token asks. */
  readJobTags: call(runnerRef, {} as RecentJobTags),
  editOnServer: call(runnerRef.extend({ change: serverEditSchema }), {} as ServerFacts),
}

const revision = z.string().max(64)

/** Former texts of config.toml. */
export const configChangesApi = {
  watchConfigChanges: stream(nothing, {} as ConfigChanges),
  readConfigChange: call(z.strictObject({ id: z.string().max(64) }), {} as ConfigChangeText),
  /** `conflict` when the file is no longer at `basedOn`. @returns the revision it made. */
  bringBackConfig: call(z.strictObject({ to: revision, basedOn: revision }), ''),
}
