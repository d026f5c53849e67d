import { sumUp } from '../../main/contract/image-pull.ts'
import type { ImagePull } from '../../main/contract/job.ts'
import { ProgressRow } from '../ui/progress.tsx'
import { useReader } from '../ui/reader.tsx'

/** How far the images are that a job waits for. */
export function PullList({ pulls }: { readonly pulls: readonly ImagePull[] }) {
  const { words } = useReader()
  return (
    <ul className="progress-rows" aria-label={words.job.pulling}>
      {pulls.map((pull) => (
        <Pull key={pull.image} pull={pull} />
      ))}
    </ul>
  )
}

function Pull({ pull }: { readonly pull: ImagePull }) {
  const { words, format } = useReader()
  const { layers, layersDone, bytes, total, isWhole, secondsLeft } = sumUp(pull)
  const hasBytes = total > 0
  const facts = [
    layers > 0 && words.job.layersDone(layersDone, layers),
    hasBytes && words.job.bytesOf(format.size(bytes), format.size(total), isWhole),
    pull.bytesPerSecond > 0 && words.job.speed(format.size(pull.bytesPerSecond)),
    secondsLeft !== undefined &&
      secondsLeft > 0 &&
      words.job.timeLeft(format.duration(Math.round(secondsLeft) * 1000)),
  ].filter((fact) => fact !== false)
  return (
    <ProgressRow name={pull.image} isCode share={hasBytes ? bytes / total : undefined} facts={facts}>
      {pull.layers.some(({ state }) => state === 'retrying') && (
        <span className="tone-warn">{words.job.pullBroke}</span>
      )}
    </ProgressRow>
  )
}
