import { readFile } from 'node:fs/promises'

import type { ChangedBy } from '../../contract/config-changes.ts'
import { say } from '../../contract/sentences/say.ts'
import type { ConfigProblem } from '../../contract/status.ts'
import type { Clock } from '../clock.ts'
import { ConfigRefused } from './config-refused.ts'
import type { ConfigVersions } from './config-versions.ts'
import { fingerprint, watchFile } from './file-watch.ts'
import { newsBoard } from './news-board.ts'
import { emptyConfig, parseConfig, problemInWords, type ParsedConfig } from './parse-config.ts'
import { removeLeftovers, replaceFile } from './replace-file.ts'
import { revisionOf, type Revision } from './revision.ts'
import type { Config } from './schema.ts'
import { unseal, type SealedText } from './sealed-text.ts'

/** A pure edit: the whole text and what it says now, to the whole text. `config` is absent when it was refused. */
export type Change = (text: string, config: Config | undefined) => string

export interface ConfigStore extends AsyncDisposable {
  readonly file: string
  /** The last configuration without errors. Frozen. */
  current(): Config
  /** The content `current()` came from. */
  readonly revision: Revision
  /** Of the file as it is now, which may be newer than `current()`. */
  problems(): readonly ConfigProblem[]
  /** The present configuration, then every later one. A slow listener gets the latest only. */
  watch(signal: AbortSignal): AsyncIterable<Config>
  /** The problems of the file as it is now, then whenever they change. */
  watchProblems(signal: AbortSignal): AsyncIterable<readonly ConfigProblem[]>
  /**
   * Changes the file; edits are made one at a time, each on the file as it is at that moment.
   * @param basedOn the revision the user saw; another one on the disk answers `conflict` and changes nothing.
   * @throws ConfigRefused when the file is no TOML, or the edit would add an error to it.
   */
  edit(change: Change, basedOn?: Revision): Promise<'written' | 'conflict'>
  /**
   * Makes the file a former text again, with the secrets it has now; also where it is broken or gone by now.
   * @param basedOn as of `edit`.
   * @throws ConfigRefused when that text has errors. LostSecrets when a runner of it is nowhere any more.
   */
  bringBack(former: SealedText, basedOn: Revision): Promise<'written' | 'conflict'>
  /** The file as it is on the disk at this moment, errors and all; empty where there is none. */
  read(): Promise<{ readonly text: string; readonly revision: Revision }>
  /** Reads the file now, whatever its modification time (SIGHUP). Never rejects for what the file says. */
  reload(): Promise<void>
}

export interface ConfigStoreOptions {
  readonly file: string
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly logger: ConfigLogger
  /** Absent: what changes is not remembered. */
  readonly versions?: Pick<ConfigVersions, 'remember'>
  /** Who edits by this store. */
  readonly by?: Exclude<ChangedBy, 'outside'>
}

export interface ConfigLogger {
  info(message: string): void
  warn(message: string): void
  error(message: string): void
}

/**
 * Opens config.toml and keeps up with it. A missing file is an empty configuration (config-toml.md §1).
 * @throws ConfigRefused when the file has errors; nothing is known then that could be kept.
 */
export async function openConfigStore(options: ConfigStoreOptions): Promise<ConfigStore> {
  const { file, clock, environment, logger, versions, by = 'application' } = options
  const parse = (text: string): ParsedConfig => parseConfig(text, { environment })
  await removeLeftovers(file, clock.now())

  const known = await fingerprint(file)
  const first = await readText(file)
  if (first === undefined) logger.warn(`${file} does not exist; there are no runners until it does`)
  const opened = first === undefined ? { config: emptyConfig, problems: [] } : parse(first)
  if (!opened.config) throw new ConfigRefused(file, opened.problems)

  let revision = revisionOf(first ?? '')
  let seen = first
  let good = first ?? ''
  const configs = newsBoard(opened.config)
  const problems = newsBoard(opened.problems)
  report(opened.problems)

  function report(found: readonly ConfigProblem[]): void {
    for (const problem of found) {
      if (problem.severity === 'error') logger.error(problemInWords(problem, file))
      else logger.warn(problemInWords(problem, file))
    }
  }

  function adopt(text: string): void {
    if (text === seen) return
    seen = text
    const parsed = parse(text)
    problems.post(parsed.problems)
    report(parsed.problems)
    if (!parsed.config) return logger.error(`${file} has errors; the last good configuration stays in force`)
    revision = revisionOf(text)
    good = text
    configs.post(parsed.config)
    logger.info(`Configuration loaded from ${file}`)
  }

  async function keepWithout(message: string): Promise<void> {
    if (seen === undefined) return
    seen = undefined
    await remember('', 'outside')
    problems.post([{ ...fileIsGone, message }])
    logger.error(`${file}: ${message}`)
  }

  async function reload(): Promise<void> {
    let text: string | undefined
    try {
      text = await readText(file)
    } catch (error) {
      return await keepWithout(say('file-unreadable', { why: wordsOf(error) }))
    }
    if (text === undefined) return await keepWithout(fileIsGone.message)
    // A full disk or an editor caught in the act leaves nothing at all; nobody removes every runner that way.
    if (text.trim() === '' && configs.latest.runners.length > 0) {
      return await keepWithout(say('file-empty'))
    }
    await remember(text, 'outside')
    adopt(text)
  }

  async function remember(text: string, who: ChangedBy): Promise<void> {
    try {
      await versions?.remember(text, who, text === '' || parse(text).config === undefined)
    } catch (error) {
      // Nobody's change is refused because it cannot be remembered, as on a full disk.
      logger.warn(say('change-not-remembered', { file, why: wordsOf(error) }))
    }
  }

  async function write(before: string, after: string): Promise<void> {
    if (before !== '') await remember(before, 'outside')
    await replaceFile(file, after)
    await remember(after, by)
    adopt(after)
  }

  async function bringBack(former: SealedText, basedOn: Revision): Promise<'written' | 'conflict'> {
    const text = (await readText(file)) ?? ''
    if (basedOn !== revisionOf(text)) return 'conflict'
    const wanted = unseal(former, [text, good])
    const { problems, config } = parse(wanted)
    if (config === undefined) throw new ConfigRefused(file, problems)
    if (wanted !== text) await write(text, wanted)
    return 'written'
  }

  async function edit(change: Change, basedOn?: Revision): Promise<'written' | 'conflict'> {
    for (;;) {
      const found = await readText(file)
      // Written anew, the file would hold this one change and none of the runners that were in it.
      if (found === undefined && configs.latest.runners.length > 0)
        throw new ConfigRefused(file, [fileIsGone])
      const text = found ?? ''
      if (basedOn !== undefined && basedOn !== revisionOf(text)) return 'conflict'
      const before = parse(text)
      if (before.problems.some(isSyntaxError)) throw new ConfigRefused(file, before.problems)
      const edited = change(text, before.config)
      const added = newErrors(before.problems, parse(edited).problems)
      if (added.length > 0) throw new ConfigRefused(file, added)
      if (edited === text) return 'written'
      // Another process may have written meanwhile; its change must not be lost.
      if (((await readText(file)) ?? '') !== text) continue
      await write(text, edited)
      return 'written'
    }
  }

  const inTurn = oneAtATime()
  const watching = await watchFile(file, known, clock, () => inTurn(reload))
  return {
    file,
    current: () => configs.latest,
    get revision() {
      return revision
    },
    problems: () => problems.latest,
    watch: (signal) => configs.watch(signal),
    watchProblems: (signal) => problems.watch(signal),
    edit: (change, basedOn) => inTurn(() => edit(change, basedOn)),
    bringBack: (former, basedOn) => inTurn(() => bringBack(former, basedOn)),
    read: () =>
      inTurn(async () => {
        const text = (await readText(file)) ?? ''
        return { text, revision: revisionOf(text) }
      }),
    reload: () => inTurn(reload),
    async [Symbol.asyncDispose]() {
      await watching[Symbol.asyncDispose]()
      await inTurn(() => Promise.resolve())
      configs.close()
      problems.close()
    },
  }
}

const fileIsGone: ConfigProblem = {
  path: '',
  message: say('file-gone'),
  remedy: say('put-file-back'),
  severity: 'error',
}

const isSyntaxError = (problem: ConfigProblem) => problem.severity === 'error' && problem.path === ''
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function newErrors(
  before: readonly ConfigProblem[],
  after: readonly ConfigProblem[],
): readonly ConfigProblem[] {
  const name = ({ path, message }: ConfigProblem) => `${path}\n${message}`
  const old = new Set(before.map(name))
  return after.filter((problem) => problem.severity === 'error' && !old.has(name(problem)))
}

/** @returns `undefined` when there is no file. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function oneAtATime() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(task: () => Promise<T>): Promise<T> => {
    const next = last.then(task, task)
    last = next.catch(() => undefined)
    return next
  }
}
