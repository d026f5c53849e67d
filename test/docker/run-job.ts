import type { RunnerUnderTest } from '../support/runner-under-test.ts'
import { images } from './kit.ts'

/** One job, as a pipeline would say it. */
export interface JobWish {
  readonly script: readonly string[]
  /** The runner's own unless told. */
  readonly image?: string
  readonly variables?: Readonly<Record<string, string>>
  /** Images of services. */
  readonly services?: readonly string[]
}

/** Hands a job out; it needs no sources. @returns its id. */
export function enqueue({ gitlab }: RunnerUnderTest, wish: JobWish): number {
  const { script, image = images.busybox, services = [] } = wish
  const variables = Object.entries({ GIT_STRATEGY: 'none', ...wish.variables }).map(([key, value]) => ({
    key,
    value,
    public: true,
    masked: false,
    file: false,
    raw: false,
  }))
  const steps = [{ name: 'script', script, timeout: 3600, when: 'on_success', allow_failure: false }]
  const named = services.map((name) => ({ name }))
  return gitlab.enqueue({ image: { name: image }, steps, variables, services: named }).id
}

/** Its end, and its log without colours. */
export async function finished({ gitlab }: RunnerUnderTest, id: number) {
  const job = await gitlab.waitForJob(id, 'finished')
  return { job, status: job.status, log: plain(job.log) }
}

export const runJob = async (runner: RunnerUnderTest, wish: JobWish) =>
  finished(runner, enqueue(runner, wish))

// oxlint-disable-next-line no-control-regex -- colours are what is taken out
export const plain = (log: Buffer) => log.toString().replaceAll(/\u001B\[[0-9;]*[mK]/g, '')

/** Until the log of a running job holds the words. */
export async function printed({ gitlab }: RunnerUnderTest, id: number, words: string): Promise<void> {
  while (!gitlab.job(id)?.log.includes(words)) await new Promise((resolve) => setTimeout(resolve, 50))
}
