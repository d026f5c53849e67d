import { sumUp } from '../../contract/image-pull.ts'
import type { ImagePull } from '../../contract/job.ts'
import type { Clock } from '../clock.ts'
import { inWords } from '../disk/bytes.ts'
import type { JobOutput, PullObserver } from '../job/ports.ts'
import { type PullProgress, createPullProgress } from './pull-progress.ts'
import type { LayerProgress } from './port.ts'

/** Follows the pulls of one job, which run side by side. */
export interface PullWatch {
  begin(image: string): PullInSight
}

/** One pull; disposing says that it has ended. */
export interface PullInSight extends Disposable {
  readonly note: (event: LayerProgress) => void
}

const speakEveryMs = 10_000
const tellEveryMs = 250

/**
 * Tells the observer of every change, a few times a second, and the job's log every ten seconds: a short pull prints
 * nothing.
 */
export function watchPulls(clock: Clock, output: JobOutput, observer: PullObserver | undefined): PullWatch {
  const running = new Set<PullProgress>()
  let toldAt = -Infinity
  let isUntold = false
  const tell = () => {
    toldAt = clock.monotonic()
    isUntold = false
    observer?.pulling([...running].map((one) => one.now()))
  }
  return {
    begin: (image) => {
      const progress = createPullProgress(image, clock)
      running.add(progress)
      tell()
      let spokenAt = clock.monotonic()
      return {
        note: (event) => {
          if (!progress.note(event)) return
          isUntold = true
          const now = clock.monotonic()
          if (now - toldAt >= tellEveryMs) tell()
          if (now - spokenAt < speakEveryMs) return
          spokenAt = now
          // A line nobody could write must not end the pull.
          output.plain(lineOf(progress.now())).catch(() => undefined)
        },
        [Symbol.dispose]: () => {
          // With all its bytes, which are added up.
          if (isUntold) tell()
          running.delete(progress)
          tell()
        },
      }
    },
  }
}

function lineOf(pull: ImagePull): string {
  const { layers, layersDone, bytes, total, isWhole, secondsLeft } = sumUp(pull)
  const parts = [
    `${layersDone} of ${layers} layers`,
    `${inWords(bytes)} of ${isWhole ? '' : 'at least '}${inWords(total)}`,
    `${inWords(pull.bytesPerSecond)}/s`,
    ...(secondsLeft === undefined ? [] : [`${inTime(secondsLeft)} left`]),
    ...(pull.layers.some(({ state }) => state === 'retrying')
      ? ['the registry broke off, trying again']
      : []),
  ]
  return `Pulling ${pull.image}: ${parts.join(', ')}`
}

const inTime = (seconds: number) =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
