import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { compressLog, openFinishedLog } from '../../../main/engine/log/finished-log.ts'
import { openJobLog } from '../../../main/engine/log/job-log.ts'
import { seeded } from './cuts.ts'

const lines = Array.from({ length: 40_000 }, (_, line) => `line ${line} of a long log\n`).join('')
const bytes = Buffer.from(lines)

let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'drydock-log-'))
  path = join(dir, 'job.log')
  await writeFile(path, bytes)
})
afterEach(() => rm(dir, { recursive: true }))

describe('a finished log', () => {
  it.each(['plain', 'compressed'])('is read by offset when %s', async (form) => {
    if (form === 'compressed') await compressLog(path)
    await using log = await openFinishedLog(path)
    const random = seeded(5)
    for (let read = 0; read < 60; read++) {
      const [offset, max] = [random(bytes.length + 100), random(600_000)]
      expect(Buffer.from(await log.read(offset, max)).equals(bytes.subarray(offset, offset + max))).toBe(true)
    }
    expect({
      size: log.size,
      ended: log.ended,
      checksum: log.checksum(),
      more: await log.grown(log.size, new AbortController().signal),
    }).toEqual({
      size: bytes.length,
      ended: true,
      checksum: `crc32:${crc32(bytes).toString(16).padStart(8, '0')}`,
      more: false,
    })
  })

  it('takes the place of its plain form, smaller, and any gzip tool reads it', async () => {
    await compressLog(path)
    expect(await readdir(dir)).toEqual(['job.log.gz'])
    const { size, mode } = await stat(`${path}.gz`)
    expect({ smaller: size < bytes.length / 4, mode: mode & 0o777 }).toEqual({ smaller: true, mode: 0o600 })
    expect(execFileSync('gzip', ['-dc', `${path}.gz`], { maxBuffer: 1 << 24 }).equals(bytes)).toBe(true)
  })

  it('may be empty', async () => {
    await writeFile(path, '')
    await compressLog(path)
    await using log = await openFinishedLog(path)
    expect({ size: log.size, checksum: log.checksum(), read: await log.read(0, 10) }).toEqual({
      size: 0,
      checksum: 'crc32:00000000',
      read: new Uint8Array(),
    })
  })

  it('can still be read by who had it open as a running log', async () => {
    const other = join(dir, 'other.log')
    const log = await openJobLog({ path: other, limitBytes: 1000 })
    await log.write(Buffer.from('hello'))
    await log.end()
    await compressLog(other)
    expect(Buffer.from(await log.read(1, 3)).toString()).toBe('ell')
  })

  it('says so when it is damaged or gone', async () => {
    await compressLog(path)
    await truncate(`${path}.gz`, 5000)
    await expect(openFinishedLog(path)).rejects.toThrow(`The log ${path}.gz is damaged`)
    await rm(`${path}.gz`)
    await expect(openFinishedLog(path)).rejects.toThrow(
      `There is no log ${path}; it may have been removed to make room`,
    )
  })
})
