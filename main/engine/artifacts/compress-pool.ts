import { Worker } from 'node:worker_threads'

export interface BlockTask {
  readonly kind: 'block'
  readonly id: number
  /** The end of the block before, then the block. */
  readonly bytes: Uint8Array
  readonly dictionaryLength: number
  readonly isLast: boolean
  readonly level: number
}

export interface FilesTask {
  readonly kind: 'files'
  readonly id: number
  /** Contents of all files, one after another. */
  readonly bytes: Uint8Array
  readonly sizes: readonly number[]
  readonly method: 'deflate' | 'zstd'
  readonly level: number
}

export type CompressTask = BlockTask | FilesTask

export interface PackedFile {
  readonly packedSize: number
  readonly crc: number
  /** It would have grown, so its content stands as it is. */
  readonly isStored: boolean
}

export interface CompressAnswer {
  readonly id: number
  readonly bytes: Uint8Array
  /** Of the files of a `files` task, in order. */
  readonly files: readonly PackedFile[]
}

type Unnumbered = Omit<BlockTask, 'id'> | Omit<FilesTask, 'id'>

/** Threads that compress. Disposing ends them. */
export interface CompressPool extends AsyncDisposable {
  readonly concurrency: number
  /** Takes the task's bytes over: they can no longer be read by the caller. */
  run(task: Unnumbered): Promise<CompressAnswer>
}

interface Thread {
  readonly worker: Worker
  open: number
}

interface Pending {
  readonly resolve: (answer: CompressAnswer) => void
  readonly reject: (error: Error) => void
}

/** Starts threads as tasks come, at most `concurrency` of them. */
export function createCompressPool(concurrency: number): CompressPool {
  const threads: Thread[] = []
  const pending = new Map<number, Pending>()
  let lastId = 0
  let broken: Error | undefined

  function fail(error: Error) {
    broken ??= error
    for (const { reject } of pending.values()) reject(error)
    pending.clear()
  }

  function start(): Thread {
    const thread: Thread = { worker: new Worker(new URL('./compress-worker.ts', import.meta.url)), open: 0 }
    thread.worker.on('message', (answer: CompressAnswer) => {
      thread.open -= 1
      pending.get(answer.id)?.resolve(answer)
      pending.delete(answer.id)
    })
    thread.worker.on('error', (error) => fail(error instanceof Error ? error : new Error(String(error))))
    threads.push(thread)
    return thread
  }

  return {
    concurrency,
    run(task) {
      if (broken) return Promise.reject(broken)
      const idle = threads.find(({ open }) => open === 0)
      const thread =
        idle ?? (threads.length < concurrency ? start() : threads.reduce((a, b) => (b.open < a.open ? b : a)))
      const id = ++lastId
      thread.open += 1
      const answer = new Promise<CompressAnswer>((resolve, reject) => {
        pending.set(id, { resolve, reject })
        thread.worker.postMessage({ ...task, id }, [task.bytes.buffer as ArrayBuffer])
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
