import type { RunnerUnderTest } from '../support/runner-under-test.ts'
import { images } from './kit.ts'

/** One job, as a pipeline would say it. */
export interface JobWish {
  readonly script: readonly string[]
  readonly afterScript?: readonly string[]
  readonly image?: string
  readonly variables?: Readonly<Record<string, string>>
  /** Paths to keep. */
  readonly artifacts?: readonly string[]
}

/** Hands a job out; it needs no sources. @returns its id. */
export function enqueue({ gitlab }: Pick<RunnerUnderTest, 'gitlab'>, wish: JobWish): number {
  const { script, afterScript, image = images.busybox, artifacts = [] } = wish
  const variables = Object.entries({ GIT_STRATEGY: 'none', ...wish.variables }).map(([key, value]) => ({
    key,
    value,
    public: true,
    masked: false,
    file: false,
    raw: false,
  }))
  const step = { name: 'script', script, timeout: 3600, when: 'on_success', allow_failure: false }
  const after = { ...step, name: 'after_script', script: afterScript, when: 'always', allow_failure: true }
  return gitlab.enqueue({
    image: { name: image },
    steps: afterScript === undefined ? [step] : [step, { ...after, script: afterScript }],
    variables,
    artifacts:
      artifacts.length === 0
        ? []
        : [
            {
              name: 'kept',
              paths: artifacts,
              when: 'on_success',
              artifact_type: 'archive',
              artifact_format: 'zip',
            },
          ],
  }).id
}

/** Its end, its log without colours, and what the artifacts say. */
export async function finished({ gitlab }: Pick<RunnerUnderTest, 'gitlab'>, id: number) {
  const job = await gitlab.waitForJob(id, 'finished')
  return { id, job, status: job.status, log: plain(job.log) }
}

export const runJob = async (runner: RunnerUnderTest, wish: JobWish) =>
  finished(runner, enqueue(runner, wish))

// oxlint-disable-next-line no-control-regex -- colours are what is taken out
const plain = (log: Buffer) => log.toString().replaceAll(/\u001B\[[0-9;]*[mK]/g, '')

/** Until a running job's log holds the words. */
export const printed = ({ gitlab }: RunnerUnderTest, id: number, words: string): Promise<true> =>
  gitlab.until(() => gitlab.job(id).log.includes(words) || undefined)
