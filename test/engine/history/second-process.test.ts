import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openHistory } from '../../../main/engine/history/history.ts'
import { silent } from './new-job.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drydock-history-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

describe('a history in use by another process', () => {
  it('is refused while that one lives, and whole when it was killed', async () => {
    const path = join(dir, 'history.sqlite')
    const program = join(import.meta.dirname, 'history-process.ts')
    const other = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ids: number[] = []
    let refusal: unknown
    for await (const line of createInterface({ input: other.stdout })) {
      ids.push(Number(line))
      if (ids.length === 10) refusal = attempt(() => openHistory({ path, logger: silent }))
      if (ids.length === 40) other.kill('SIGKILL')
    }
    if (other.exitCode === null && other.signalCode === null) await once(other, 'exit')

    const history = openHistory({ path, logger: silent })
    const known = new Set(history.unfinished().map(({ id }) => id))
    history.close()
    expect({ refusal, lost: ids.filter((id) => !known.has(id)) }).toEqual({
      refusal: new Error(
        `The job history ${path} is in use by another Drydock; stop that one, or give this one its own --data-dir`,
      ),
      lost: [],
    })
  })
})

function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error instanceof Error ? new Error(error.message) : error
  }
}
