import { RemoteProblem, type RemoteStore } from './remote-store.ts'

/** The same store, each of whose requests is given up after so many milliseconds. */
export function withTimeLimit(store: RemoteStore, limit: number): RemoteStore {
  async function within<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const timeout = AbortSignal.timeout(limit)
    try {
      return await work(AbortSignal.any([signal, timeout]))
    } catch (error) {
      signal.throwIfAborted()
      if (!timeout.aborted) throw error
      throw new RemoteProblem(`the store took longer than ${limit / 1000} s (CACHE_REQUEST_TIMEOUT)`, {
        isPassing: true,
        cause: error,
      })
    }
  }
  return {
    ...store,
    look: (name, signal) => within(signal, (limited) => store.look(name, limited)),
    read: (name, seen, from, to, signal) =>
      within(signal, (limited) => store.read(name, seen, from, to, limited)),
    write: (name, upload, signal) => within(signal, (limited) => store.write(name, upload, limited)),
  }
}
