import type { MountInfo } from '../../main/contract/job.ts'
import { linkTo } from '../state/route.ts'
import { LockIcon } from './icons.tsx'
import { Path } from './path.tsx'
import { useReader } from './reader.tsx'

export function Mount({ mount: { source, target, readOnly, toolchain } }: { readonly mount: MountInfo }) {
  const { words } = useReader()
  const isSame = source === target || source === ''
  return (
    <li className="mount">
      <span className="mono">
        {isSame || (
          <>
            <Path text={source} /> →{' '}
          </>
        )}
        <Path text={target} />
      </span>
      {toolchain && (
        <a className="text-link" href={linkTo({ page: 'toolchain', ...toolchain })}>
          {toolchain.name} {toolchain.version}
        </a>
      )}
      <span className={readOnly ? 'mount-mode tone-good' : 'mount-mode soft'}>
        {readOnly && <LockIcon size={13} />}
        {readOnly ? words.job.readOnly : words.job.writable}
      </span>
    </li>
  )
}
