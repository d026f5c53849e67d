import { Worker } from 'node:worker_threads'

import { runLength, type Block } from './cut-tar.ts'
import { packRun, type PackOptions } from './pack-run.ts'
import { ArchiveProblem } from './archive-problem.ts'
import { BadTar } from './tar-head.ts'
import type { TarRun } from './tar-run.ts'
import type { PackedFile } from './unpack-files.ts'

/** How far back deflate looks. */
export const windowLength = 32 * 1024
/** Bytes of content in one task at most. */
export const contentLength = runLength
const blockLength = windowLength + contentLength

export interface BlockTask {
  readonly kind: 'block'
  /** The end of the block before, then the block. */
  readonly block: Block
  readonly dictionaryLength: number
  readonly length: number
  readonly isLast: boolean
  readonly level: number
}

export interface PackTask extends Pick<TarRun, 'block' | 'length' | 'global'>, PackOptions {
  readonly kind: 'pack'
}

export interface UnpackTask {
  readonly kind: 'unpack'
  /** Compressed contents of all files, one after another. */
  readonly block: Block
  readonly files: readonly PackedFile[]
}

export type CodecTask = BlockTask | PackTask | UnpackTask

export interface CodecAnswer {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Entries of the table of contents; empty where none is asked for. */
  readonly records: Uint8Array<ArrayBuffer>
  /** Of entries. */
  readonly count: number
}

/** What a thread is sent and what it sends back: the block comes home with the answer. */
export type NumberedTask = CodecTask & { readonly id: number }
export type NumberedAnswer = { readonly id: number; readonly block: Block } & (
  | CodecAnswer
  | { readonly problem: string }
)

/** Threads that compress and decompress. Disposing ends them. */
export interface CodecPool extends AsyncDisposable {
  readonly concurrency: number
  /** A block for the next task; what stands in it is of no meaning. */
  readonly takeBlock: () => Block
  /**
   * Takes the task's block over: it can no longer be read by the caller.
   * @throws ArchiveProblem when what is in it is damaged.
   */
  run(task: CodecTask): Promise<CodecAnswer>
}

interface Thread {
  readonly worker: Worker
  open: number
}

interface Pending {
  readonly resolve: (answer: CodecAnswer) => void
  readonly reject: (error: Error) => void
}

/** A thread's objects are few and short-lived; its blocks are not among what is limited here. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 128 }

/** Bytes that are packed sooner than a thread begins: a report, or a small artifact as a whole. */
const worthThread = 128 * 1024

async function packHere(task: PackTask): Promise<CodecAnswer> {
  try {
    return packRun(task, task)
  } catch (error) {
    if (error instanceof BadTar) throw new ArchiveProblem(error.message, { cause: error })
    throw error
  }
}

/** Starts threads as tasks come, at most `concurrency` of them. */
export function createCodecPool(concurrency: number): CodecPool {
  const threads: Thread[] = []
  const pending = new Map<number, Pending>()
  const spare: Block[] = []
  let lastId = 0
  let broken: Error | undefined

  function fail(error: Error) {
    broken ??= error
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  function start(): Thread {
    const worker = new Worker(new URL('./codec-worker.ts', import.meta.url), { resourceLimits })
    const thread: Thread = { worker, open: 0 }
    thread.worker.on('message', (answer: NumberedAnswer) => {
      const { id, block } = answer
      thread.open -= 1
      spare.push(block)
      if ('problem' in answer) pending.get(id)?.reject(new ArchiveProblem(answer.problem))
      else pending.get(id)?.resolve(answer)
      pending.delete(id)
    })
    thread.worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
    threads.push(thread)
    return thread
  }

  return {
    concurrency,
    takeBlock: () => spare.pop() ?? new Uint8Array(blockLength),
    run(task) {
      if (broken) return Promise.reject(broken)
      if (task.kind === 'pack' && task.length <= worthThread && threads.length === 0) return packHere(task)
      const idle = threads.find(({ open }) => open === 0)
      const thread =
        idle ?? (threads.length < concurrency ? start() : threads.reduce((a, b) => (b.open < a.open ? b : a)))
      const id = ++lastId
      thread.open += 1
      const answer = new Promise<CodecAnswer>((resolve, reject) => {
        pending.set(id, { resolve, reject })
        thread.worker.postMessage({ ...task, id }, [task.block.buffer])
      })
      // Whoever waits for it hears of a failure; when the archive was given up, nobody waits.
      answer.catch(() => undefined)
      return answer
    },
    async [Symbol.asyncDispose]() {
      fail(new Error('compression was stopped'))
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}
