import type { MountInfo } from '../../main/contract/job.ts'
import { LockIcon } from './icons.tsx'
import { useReader } from './reader.tsx'

export function Mount({ mount: { source, target, readOnly } }: { readonly mount: MountInfo }) {
  const { words } = useReader()
  const isSame = source === target || source === ''
  return (
    <li className="mount">
      <span className="mono">{isSame ? target : `${source} → ${target}`}</span>
      <span className={readOnly ? 'mount-mode tone-good' : 'mount-mode soft'}>
        {readOnly && <LockIcon size={13} />}
        {readOnly ? words.job.readOnly : words.job.writable}
      </span>
    </li>
  )
}
