import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

import type { FingerprintAnswer, FingerprintTask, Seen } from './entry.ts'

/** Threads that read a tree. Disposing ends them. */
export interface ReadingThreads extends AsyncDisposable {
  readonly count: number
  walk(folder: string): Promise<readonly Seen[]>
  hash(folder: string, paths: readonly string[]): Promise<readonly string[]>
  /** @param record file of a fingerprint. */
  looksSame(folder: string, record: string): Promise<boolean>
}

// More threads than these wait for the disk, not for a processor.
const most = 4

interface Thread {
  readonly worker: Worker
  answered: PromiseWithResolvers<FingerprintAnswer> | undefined
}

export function startReadingThreads(count = Math.min(most, availableParallelism())): ReadingThreads {
  const idle: Thread[] = []
  const all: Thread[] = []
  const waiting: ((thread: Thread) => void)[] = []

  async function run(task: FingerprintTask): Promise<FingerprintAnswer> {
    const thread = await take()
    const answered = Promise.withResolvers<FingerprintAnswer>()
    thread.answered = answered
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    thread.worker.postMessage(task)
    try {
      return await answered.promise
    } finally {
      const next = waiting.shift()
      if (next) next(thread)
      else idle.push(thread)
    }
  }

  async function take(): Promise<Thread> {
    const thread = idle.pop()
    if (thread) return thread
    return all.length < count ? start() : new Promise((resolve) => waiting.push(resolve))
  }

  function start(): Thread {
    const worker = new Worker(new URL('./fingerprint-worker.ts', import.meta.url))
    const thread: Thread = { worker, answered: undefined }
    worker.on('message', (answer: FingerprintAnswer) => thread.answered?.resolve(answer))
    worker.on('error', (error) => thread.answered?.reject(error))
    worker.on('exit', () => thread.answered?.reject(new Error('reading the toolchain was stopped')))
    all.push(thread)
    return thread
  }

  return {
    count,
    walk: async (folder) => {
      const answer = await run({ kind: 'walk', folder })
      if (answer.kind === 'walked') return answer.seen
      throw new Error(answer.kind === 'failed' ? answer.message : 'the thread answered something else')
    },
    hash: async (folder, paths) => {
      const answer = await run({ kind: 'hash', folder, paths })
      if (answer.kind === 'hashed') return answer.hashes
      throw new Error(answer.kind === 'failed' ? answer.message : 'the thread answered something else')
    },
    looksSame: async (folder, record) => {
      const answer = await run({ kind: 'compare', folder, record })
      if (answer.kind === 'compared') return answer.looksSame
      throw new Error(answer.kind === 'failed' ? answer.message : 'the thread answered something else')
    },
    [Symbol.asyncDispose]: async () => void (await Promise.all(all.map(({ worker }) => worker.terminate()))),
  }
}
