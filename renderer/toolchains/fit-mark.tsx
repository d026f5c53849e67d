import type { Fit, MatrixCell } from '../../main/contract/doctor.ts'
import { AlertIcon, FailedShape, HollowShape, PassedShape } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'

const looks = {
  runs: { Shape: PassedShape, tone: 'tone-good' },
  partly: { Shape: AlertIcon, tone: 'tone-warn' },
  fails: { Shape: FailedShape, tone: 'tone-bad' },
} as const satisfies Record<Fit, unknown>

/** How a toolchain fares in an image: shape, colour and word. */
export function FitMark({ cell }: { readonly cell: MatrixCell }) {
  const { words } = useReader()
  const { doctor: say } = words.toolchains
  if (cell.state === 'unknown')
    return (
      <span className="status tone-none">
        <HollowShape /> {say.unknown}
      </span>
    )
  const { Shape, tone } = looks[cell.fit]
  return (
    <span className={`status ${tone}`}>
      <Shape /> {say.fits[cell.fit]}
    </span>
  )
}
