import { expect, it } from 'vitest'

import { isEarlierRun, newSessionId } from '../../../main/engine/docker/session-id.ts'
import { tempDir } from '../../support/temp-dir.ts'

it('a session knows the earlier runs of its own data folder, and of no other', async () => {
  await using mine = await tempDir()
  await using others = await tempDir()
  const now = newSessionId(mine.path)
  expect({
    itself: isEarlierRun(now, now),
    before: isEarlierRun(newSessionId(mine.path), now),
    other: isEarlierRun(newSessionId(others.path), now),
    none: isEarlierRun(undefined, now),
    old: isEarlierRun(crypto.randomUUID(), now),
  }).toEqual({ itself: false, before: true, other: false, none: false, old: false })
})
