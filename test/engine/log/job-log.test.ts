import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { openJobLog } from '../../../main/engine/log/job-log.ts'

const plenty = 4 * 1024 * 1024
const never = new AbortController().signal
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
const checksum = (bytes: Buffer) => `crc32:${crc32(bytes).toString(16).padStart(8, '0')}`

let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'drydock-log-'))
  path = join(dir, 'job.log')
})
afterEach(() => rm(dir, { recursive: true }))

describe('the log of a job', () => {
  it('has in its file what was written, in order, when the writes resolve', async () => {
    const log = await openJobLog({ path, limitBytes: plenty })
    await Promise.all(Array.from({ length: 500 }, (_, line) => log.write(Buffer.from(`line ${line}\n`))))
    const written = await readFile(path)
    expect(written.toString()).toBe(Array.from({ length: 500 }, (_, line) => `line ${line}\n`).join(''))
    expect({ size: log.size, checksum: log.checksum() }).toEqual({
      size: written.length,
      checksum: checksum(written),
    })
    await log.end()
  })

  it('can be read by its owner only', async () => {
    const log = await openJobLog({ path, limitBytes: plenty })
    await log.end()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('repairs characters across writes, and counts the repaired bytes', async () => {
    const log = await openJobLog({ path, limitBytes: plenty })
    for (const piece of [
      [0xe2, 0x82],
      [0xac, 0xff],
      [0xf0, 0x9f],
    ])
      await log.write(Uint8Array.from(piece))
    await log.end()
    const expected = Buffer.from('€\uFFFD\uFFFD\uFFFD')
    expect({ text: await readFile(path, 'utf8'), size: log.size, checksum: log.checksum() }).toEqual({
      text: expected.toString(),
      size: expected.length,
      checksum: checksum(expected),
    })
  })

  it.each([
    { name: 'a write beyond the limit', writes: ['12345', '6789abc', 'more'], kept: '12345678' },
    { name: 'a write that just reaches the limit', writes: ['12345678', 'more'], kept: '12345678' },
    { name: 'a character over the limit', writes: ['123456€', 'more'], kept: '123456' },
  ])('says once that it is full after $name, and drops the rest', async ({ writes, kept }) => {
    const log = await openJobLog({ path, limitBytes: 8 })
    for (const write of writes) await log.write(Buffer.from(write))
    await log.end()
    const expected = `${kept}\n\u001B[33;1mJob's log exceeded limit of 8 bytes.\nJob execution will continue but no more output will be collected.\u001B[0;m\n`
    const stored = await readFile(path)
    expect({ text: stored.toString(), size: log.size, checksum: log.checksum() }).toEqual({
      text: expected,
      size: expected.length,
      checksum: checksum(stored),
    })
  })

  it('keeps more here than GitLab gets, where it is told to', async () => {
    const log = await openJobLog({ path, limitBytes: 8, keepBytes: 20 })
    for (const write of ['123456', '7€901234', '5678', '90']) await log.write(Buffer.from(write))
    await log.end()
    const notice = (limit: number) =>
      `\n\u001B[33;1mJob's log exceeded limit of ${limit} bytes.\nJob execution will continue but no more output will be collected.\u001B[0;m\n`
    const { forGitLab } = log
    const cut = Buffer.from(`1234567${notice(8)}`)
    expect({
      file: await readFile(path, 'utf8'),
      uploaded: text(await forGitLab.read(0, 1000)),
      byPieces: [
        text(await forGitLab.read(5, 4)),
        text(await forGitLab.read(9, 3)),
        text(await forGitLab.read(99_999, 3)),
      ],
      size: forGitLab.size,
      checksum: forGitLab.checksum(),
      more: await forGitLab.grown(forGitLab.size, never),
    }).toEqual({
      file: `1234567€9012345678${notice(20)}`,
      uploaded: cut.toString(),
      byPieces: ['67\n\u001B', '[33', ''],
      size: cut.length,
      checksum: checksum(cut),
      more: false,
    })
  })

  it('gives GitLab the same as it keeps, where it is told nothing else', async () => {
    const log = await openJobLog({ path, limitBytes: 8 })
    await log.write(Buffer.from('12345'))
    const during = text(await log.forGitLab.read(0, 1000))
    await log.write(Buffer.from('67890'))
    await log.end()
    const [kept, uploaded] = [await log.read(0, 1000), await log.forGitLab.read(0, 1000)].map(text)
    expect({ during, uploaded, size: log.forGitLab.size, checksum: log.forGitLab.checksum() }).toEqual({
      during: '12345',
      uploaded: kept,
      size: log.size,
      checksum: log.checksum(),
    })
  })

  it('is read by offset while it grows and after it has ended', async () => {
    const log = await openJobLog({ path, limitBytes: plenty })
    await log.write(Buffer.from('0123456789'))
    const during = [await log.read(2, 3), await log.read(8, 100), await log.read(10, 5)].map(text)
    await log.end()
    const after = [await log.read(2, 3), await log.read(8, 100), await log.read(99, 5)].map(text)
    expect({ during, after }).toEqual({ during: ['234', '89', ''], after: ['234', '89', ''] })
  })

  it('wakes its readers when it grows, and when it ends', async () => {
    const log = await openJobLog({ path, limitBytes: plenty })
    const first = log.grown(0, never)
    await log.write(Buffer.from('abc'))
    const atOnce = log.grown(2, never)
    const last = log.grown(3, never)
    await log.end()
    expect(await Promise.all([first, atOnce, last])).toEqual([true, true, false])
  })

  it('lets a reader go whose signal aborts', async () => {
    const log = await openJobLog({ path, limitBytes: plenty })
    const controller = new AbortController()
    const waiting = log.grown(0, controller.signal)
    controller.abort(new Error('window closed'))
    await expect(waiting).rejects.toThrow('window closed')
    await expect(log.grown(0, controller.signal)).rejects.toThrow('window closed')
    await log.end()
  })

  it('goes on with a log that a crash left', async () => {
    const before = await openJobLog({ path, limitBytes: 20 })
    await before.write(Buffer.from('before'))
    const log = await openJobLog({ path, limitBytes: 20 })
    await log.write(Buffer.from(', after'))
    await Promise.all([log.end(), before.end()])
    expect({ text: await readFile(path, 'utf8'), size: log.size, checksum: log.checksum() }).toEqual({
      text: 'before, after',
      size: 13,
      checksum: checksum(Buffer.from('before, after')),
    })
  })

  it('refuses to be written to after its end, and may be ended again', async () => {
    const log = await openJobLog({ path, limitBytes: plenty })
    await Promise.all([log.end(), log.end()])
    await expect(log.write(Buffer.from('late'))).rejects.toThrow(`The job's log ${path} has ended`)
  })

  it('names the file it cannot open', async () => {
    const nowhere = join(dir, 'missing', 'job.log')
    await expect(openJobLog({ path: nowhere, limitBytes: plenty })).rejects.toThrow(
      `Cannot open the job's log ${nowhere}: ENOENT`,
    )
  })

  // Only Linux has a file that is always full.
  it.runIf(process.platform === 'linux')('tells every writer when the disk is full', async () => {
    const log = await openJobLog({ path: '/dev/full', limitBytes: plenty })
    const writes = [log.write(Buffer.from('a')), log.write(Buffer.from('b'))]
    const results = await Promise.allSettled([...writes, log.write(Buffer.from('c'))])
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(writes[0]).rejects.toThrow("Cannot write the job's log /dev/full: ENOSPC")
    expect(log.size).toBe(0)
  })
})
