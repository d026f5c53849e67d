import { sumUp } from '../../main/contract/image-pull.ts'
import type { ImagePull } from '../../main/contract/job.ts'
import { useReader } from '../ui/reader.tsx'

/** How far the images are that a job waits for. */
export function PullList({ pulls }: { readonly pulls: readonly ImagePull[] }) {
  const { words } = useReader()
  return (
    <ul className="pulls" aria-label={words.job.pulling}>
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
    <li className="pull">
      <code className="pull-image cut">{pull.image}</code>
      <span className="pull-facts soft">{facts.join(' · ')}</span>
      <progress
        className="pull-bar"
        aria-label={pull.image}
        max={1}
        {...(hasBytes && { value: bytes / total })}
      />
      {pull.layers.some(({ state }) => state === 'retrying') && (
        <span className="pull-trouble">{words.job.pullBroke}</span>
      )}
    </li>
  )
}
