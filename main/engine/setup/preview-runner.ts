import { stat } from 'node:fs/promises'

import type { RunnerPreview, SetupDraft } from '../../contract/setup.ts'
import { addRunner } from '../config/edits.ts'
import { lintConfig } from '../config/lint.ts'
import { parseConfig } from '../config/parse-config.ts'
import { hiddenSecret, runnerSection } from '../config/runner-section.ts'
import type { RunnerConfig } from '../config/schema.ts'
import { EngineUnreachable } from '../docker/engine-unreachable.ts'
import { spelledOut, toolchainsOf, withToolchains } from './draft-toolchains.ts'
import { withDocker } from './check-engine.ts'
import { engineOfDraft, engineToWrite, isOnThisComputer } from './choose-engine.ts'
import { entryOf, type PracticeEntry } from './runner-entry.ts'
import type { SetupWorld } from './world.ts'

type Parts = Pick<SetupWorld, 'openDocker' | 'knownEngines' | 'clock' | 'hostname' | 'library'>

/** What a draft would put into config.toml, and what a job would see of it. */
export async function previewRunner(
  parts: Parts,
  given: SetupDraft,
  practice: PracticeEntry | undefined,
): Promise<Omit<RunnerPreview, 'dangers'>> {
  const text = await draftText(parts, given, practice)
  const draft = spelledOut(given, await toolchainsOf(parts.library, given))
  const { problems, advice } = lintConfig(text, { now: parts.clock.now() })
  const { host } = await engineToWrite(parts, draft)
  const isOurs = isOnThisComputer(host)
  return {
    toml: withoutStamps(runnerSection(text, 0)),
    mounts: await Promise.all(
      draft.mounts.map(async ({ source, target, readOnly }) => ({
        source,
        target: target || source,
        readOnly,
        ...(isOurs && source !== '' && { exists: await isThere(source) }),
      })),
    ),
    environment: draft.environment.map((entry) => {
      const at = entry.indexOf('=')
      return at < 0 ? { name: entry, value: '' } : { name: entry.slice(0, at), value: entry.slice(at + 1) }
    }),
    path: draft.path,
    problems: [...problems, ...advice].filter(({ path }) => !isAboutServer(path)),
  }
}

/** The draft's runner as the engine would read it. @throws nothing: `undefined` where the draft has errors. */
export async function draftRunner(
  parts: Parts,
  draft: SetupDraft,
  practice: PracticeEntry | undefined,
): Promise<RunnerConfig | undefined> {
  return parseConfig(await draftText(parts, draft, practice)).config?.runners[0]
}

async function draftText(parts: Parts, draft: SetupDraft, practice: PracticeEntry | undefined) {
  const entry = entryOf(draft, {
    issued: { token: hiddenSecret, id: undefined, expiresAt: undefined },
    obtainedAt: new Date(parts.clock.now()),
    hostname: parts.hostname,
    engine: await engineToWrite(parts, draft),
    isLocalImage: await isLocalImage(parts.openDocker, draft),
    ...(practice && { practice }),
  })
  return withToolchains(addRunner('', entry), 0, await toolchainsOf(parts.library, draft))
}

/** Whether the engine has the image and no registry does. */
export async function isLocalImage(
  openDocker: SetupWorld['openDocker'],
  draft: SetupDraft,
): Promise<boolean> {
  const { image } = draft
  if (image === '') return false
  try {
    const found = await withDocker(openDocker, engineOfDraft(draft), (docker) => docker.inspectImage(image))
    return found?.digests.length === 0
  } catch (error) {
    if (error instanceof EngineUnreachable) return false
    throw error
  }
}

/** Token and its dates are not known yet; the file will have them. */
const withoutStamps = (toml: string) => toml.replace(/^.*token_(?:obtained|expires)_at.*\n/gm, '')

const isAboutServer = (path: string) => /\.(?:token|url)$/.test(path)

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )
