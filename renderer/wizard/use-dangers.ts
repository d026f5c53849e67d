import type { DangerousMount } from '../../main/contract/mount-policy.ts'
import type { SetupDraft } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import { useCheck } from './use-check.ts'
import { withoutEmptyRows } from './without-empty-rows.ts'

/** What the mounts of a draft let jobs do. The engine asks for consent, too, before it mounts any of them. */
export function useDangers(connection: Connection, draft: SetupDraft): readonly DangerousMount[] {
  const { mounts, dockerHost } = draft
  const checked = useCheck(
    connection,
    mounts.length === 0 ? undefined : JSON.stringify([mounts, dockerHost]),
    (api) => api.previewRunner(withoutEmptyRows(draft)),
  )
  return checked.kind === 'answered' ? checked.answer.dangers : []
}
