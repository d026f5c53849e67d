import { availableParallelism } from 'node:os'

import { parseGoDuration } from '../../contract/go-duration.ts'
import type { JobContext } from '../job/context.ts'

const compressionLevels = ['fastest', 'fast', 'default', 'slow', 'slowest'] as const
export type CompressionLevel = (typeof compressionLevels)[number]

/** A setting no archive can be made with. The message names it. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting'
}

/** How archives are made, as a job's variables say (job-execution.md §10.5, §11.4). */
export interface ArchiveSettings {
  readonly level: CompressionLevel
  /** Files or blocks compressed at once. */
  readonly concurrency: number
  /** Bytes kept in memory for each of them. */
  readonly bufferSize: number
  /** Milliseconds between two drawings of the transfer meter; 0 = none. */
  readonly meterInterval: number
  /** What was wrong and got a default. */
  readonly warnings: readonly string[]
}

const defaultBufferSize = 2 * 1024 * 1024
const largestBufferSize = 1024 * 1024 * 1024
const mostThreads = 64

/**
 * Reads a job's settings for archives.
 * @param levelName the variable with the compression level.
 * @throws BadSetting for a number that is none.
 */
export function archiveSettings(
  { variables, flags }: Pick<JobContext, 'variables' | 'flags'>,
  levelName: 'ARTIFACT_COMPRESSION_LEVEL' | 'CACHE_COMPRESSION_LEVEL',
): ArchiveSettings {
  const warnings: string[] = []
  const asked = variables.get(levelName).toLowerCase() || 'default'
  const level = compressionLevels.find((known) => known === asked)
  if (!level) warnings.push(`compression level "${asked}" is invalid, falling back to default`)

  const isFastzip = flags.get('FF_USE_FASTZIP') ?? true
  const number = (name: string, fallback: number) =>
    isFastzip ? wholeNumber(variables.get(name), name, fallback) : fallback
  const concurrency = number('FASTZIP_ARCHIVER_CONCURRENCY', availableParallelism())
  if (concurrency < 1) throw new BadSetting('FASTZIP_ARCHIVER_CONCURRENCY: at least 1 is needed')
  const bufferSize = number('FASTZIP_ARCHIVER_BUFFER_SIZE', defaultBufferSize)

  return {
    // Without fastzip the reference knows one level only.
    level: isFastzip ? (level ?? 'default') : 'default',
    concurrency: Math.min(concurrency, mostThreads),
    bufferSize: Math.min(Math.max(bufferSize, 0), largestBufferSize),
    meterInterval: meterInterval(variables.get('TRANSFER_METER_FREQUENCY'), warnings),
    warnings,
  }
}

/**
 * How many threads decompress an archive (job-execution.md §11.4).
 * @throws BadSetting for a number that is none, or is below 1.
 */
export function extractorConcurrency({ variables, flags }: Pick<JobContext, 'variables' | 'flags'>): number {
  const name = 'FASTZIP_EXTRACTOR_CONCURRENCY'
  const fallback = availableParallelism()
  const isFastzip = flags.get('FF_USE_FASTZIP') ?? true
  const asked = isFastzip ? wholeNumber(variables.get(name), name, fallback) : fallback
  if (asked < 1) throw new BadSetting(`${name}: at least 1 is needed`)
  return Math.min(asked, mostThreads)
}

function wholeNumber(text: string, name: string, fallback: number): number {
  if (text === '') return fallback
  if (!/^[+-]?\d+$/.test(text)) throw new BadSetting(`${name}: "${text}" is not a number`)
  return Number(text)
}

function meterInterval(text: string, warnings: string[]): number {
  if (text === '') return 0
  const interval = parseGoDuration(text)
  if (interval === undefined) {
    warnings.push(`TRANSFER_METER_FREQUENCY: "${text}" is not a duration, showing no meter`)
    return 0
  }
  return interval <= 0 ? 0 : Math.max(interval, 1000)
}
