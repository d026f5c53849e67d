import { open, type FileHandle } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

import { openFinishedLog } from './finished-log.ts'
import { createGrowth } from './growth.ts'
import { createLogLimit } from './log-limit.ts'
import { checksumText, type LogReader } from './log-reader.ts'
import { errorLine } from './log-style.ts'
import { createUploadView } from './upload-view.ts'
import { createUtf8Repair } from './utf8-repair.ts'

/** The log of a running job: one file, only ever appended to, the only copy of what the job prints. */
export interface JobLog extends LogReader {
  /** Resolves when the bytes are in the file. What lies beyond the limit is dropped without a word. */
  write(bytes: Uint8Array): Promise<void>
  /** Writes what UTF-8 repair still holds and lets the readers know that nothing follows. May be called again. */
  end(): Promise<void>
  /** The same log as GitLab gets it, which may be less than is kept here. */
  readonly forGitLab: LogReader
}

export interface JobLogOptions {
  readonly path: string
  /** Bytes that GitLab gets, without the notice that says the log is full; the configured `output_limit` × 1024. */
  readonly limitBytes: number
  /** Bytes that the file may take; the log is complete here, and searched as a whole, where GitLab's is cut. */
  readonly keepBytes?: number
}

interface Waiting {
  readonly bytes: Buffer
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

// One write holds no more than this, so that a reader hears of growth while a flood goes on.
const largestBatch = 4 * 1024 * 1024

/**
 * Opens the log of a job, or goes on with one that a crash left. The file is readable by its owner only.
 * @throws Error naming the file, when it cannot be opened; so do `write` and `end` when the disk is full.
 */
export async function openJobLog({
  path,
  limitBytes,
  keepBytes = limitBytes,
}: JobLogOptions): Promise<JobLog> {
  const file = await open(path, 'a+', 0o600).catch((cause: unknown) => {
    throw new Error(`Cannot open the job's log ${path}: ${messageOf(cause)}`, { cause })
  })
  const repair = createUtf8Repair()
  const growth = createGrowth()
  const queue: Waiting[] = []
  let size = 0
  let crc = 0
  let ended = false
  let ending: Promise<void> | undefined
  let broken: Error | undefined
  let writing: Promise<void> | undefined

  const count = (bytes: Buffer) => {
    crc = crc32(bytes, crc)
    size += bytes.length
    upload.wrote(bytes, crc)
  }

  async function drain() {
    while (queue.length > 0) {
      const batch = takeBatch(queue)
      try {
        if (broken) throw broken
        await writeAll(file, batch)
        for (const { bytes } of batch) count(bytes)
        for (const { resolve } of batch) resolve()
        growth.changed()
      } catch (cause) {
        // A log with a hole would have a wrong checksum for good: nothing is written after the first failure.
        broken ??= breakOff(cause)
        for (const { reject } of batch) reject(broken)
      }
    }
    writing = undefined
  }

  function breakOff(cause: unknown): Error {
    const isFull = (cause as NodeJS.ErrnoException).code === 'ENOSPC'
    const remedy = isFull ? '. Free space on its disk, then run the job again' : ''
    const error = new Error(`Cannot write the job's log ${path}: ${messageOf(cause)}${remedy}`, { cause })
    // What has no room here is still told to GitLab.
    upload.broke(errorLine(error.message))
    growth.changed()
    return error
  }

  function append(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return Promise.resolve()
    if (broken) return Promise.reject(broken)
    return new Promise((resolve, reject) => {
      queue.push({ bytes, resolve, reject })
      writing ??= drain()
    })
  }

  async function finish() {
    try {
      await append(limit(repair.end()))
      await writing
      if (!broken) await file.datasync()
    } finally {
      ended = true
      await file.close()
      growth.changed()
    }
  }

  const log: JobLog = {
    get size() {
      return size
    },
    get ended() {
      return ended
    },
    checksum: () => checksumText(crc),
    get forGitLab() {
      return upload.reader
    },

    async write(bytes) {
      if (ending) throw new Error(`The job's log ${path} has ended`)
      await append(limit(repair.push(asBuffer(bytes))))
    },

    end: () => (ending ??= finish()),

    async read(offset, max) {
      const length = Math.max(Math.min(max, size - offset), 0)
      if (length === 0) return new Uint8Array()
      return ended ? await readEnded(path, offset, length) : await readAt(file, offset, length)
    },

    async grown(offset, signal) {
      await growth.until(() => size > offset || ended, signal)
      return size > offset
    },
  }
  const upload = createUploadView(log, limitBytes, growth)
  await measure(file, count)
  const limit = createLogLimit(keepBytes, size)
  return log
}

function takeBatch(queue: Waiting[]): Waiting[] {
  let bytes = 0
  let count = 0
  while (count < queue.length && (count === 0 || bytes + queue[count]!.bytes.length <= largestBatch)) {
    bytes += queue[count++]!.bytes.length
  }
  return queue.splice(0, count)
}

async function writeAll(file: FileHandle, batch: readonly Waiting[]): Promise<void> {
  const bytes = batch.length === 1 ? batch[0]!.bytes : Buffer.concat(batch.map((waiting) => waiting.bytes))
  for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length)
  const { bytesRead } = await file.read(bytes, 0, length, offset)
  return bytes.subarray(0, bytesRead)
}

/** The file is closed by then, and may have been compressed. */
async function readEnded(path: string, offset: number, length: number): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r')
    return await readAt(file, offset, length)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await using finished = await openFinishedLog(path)
    return await finished.read(offset, length)
  }
}

/** Counts what a log that a crash left holds already. */
async function measure(file: FileHandle, count: (bytes: Buffer) => void): Promise<void> {
  const { size } = await file.stat()
  const block = Buffer.alloc(Math.min(size, 1024 * 1024))
  for (let offset = 0; offset < size;) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, size - offset), offset)
    if (bytesRead === 0) return
    count(block.subarray(0, bytesRead))
    offset += bytesRead
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
