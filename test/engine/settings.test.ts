import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openSettings } from '../../main/engine/settings.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'drydock-settings-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const GiB = 1024 ** 3
const defaults = {
  disk: { budgetBytes: 0, reserveBytes: 2 * GiB },
  history: { days: 90, logBytes: 5 * GiB },
  hold: { onFailure: false, ms: 3_600_000 },
  sources: { shared: true },
}

let second = 1
async function write(text: string): Promise<void> {
  const file = join(folder, 'settings.json')
  await writeFile(file, text)
  // Two writes within one tick of the file system's clock would look the same.
  await utimes(file, second, second++)
}

describe('settings.json', () => {
  it('may be missing, and is read again when it changes', async () => {
    const read = openSettings(folder, { warn: () => {} })
    const before = read()
    await write('{ "disk_budget_gib": 20, "hold_on_failure": true }')
    const after = read()
    await rm(join(folder, 'settings.json'))
    expect([before, after, read()]).toEqual([
      defaults,
      {
        ...defaults,
        disk: { budgetBytes: 20 * GiB, reserveBytes: 2 * GiB },
        hold: { onFailure: true, ms: 3_600_000 },
      },
      defaults,
    ])
  })

  it('is named with its mistake, and what was read before stays in force', async () => {
    const warnings: string[] = []
    const read = openSettings(folder, { warn: (message) => void warnings.push(message) })
    await write('{ "keep_jobs_days": 3 }')
    const before = read()
    await write('{ "keep_jobs_days": -3 }')
    expect([read(), read()]).toEqual([before, before])
    await write('{ "keep_job_days": 3 }')
    expect(read()).toEqual(before)
    expect(warnings.map((text) => text.replace(folder, ''))).toEqual([
      expect.stringMatching(/^\/settings\.json is not used: keep_jobs_days: Too small.*Correct it/) as string,
      expect.stringMatching(/keep_job_days/) as string,
    ])
  })
})
