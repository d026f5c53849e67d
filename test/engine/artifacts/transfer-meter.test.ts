import { describe, expect, it } from 'vitest'

import { archiveSettings } from '../../../main/engine/artifacts/archive-settings.ts'
import { helperLine, withStageLog } from '../../../main/engine/artifacts/helper-log.ts'
import { metered, meterText, startMeter } from '../../../main/engine/artifacts/transfer-meter.ts'
import { keptOutput } from '../../support/kept-output.ts'
import { aContext, variables as variablesOf } from '../../support/job-context.ts'

describe('the transfer meter', () => {
  it.each([
    { done: 0, seconds: 0, total: undefined, says: 'Uploading artifacts 0 B (0 B/s)' },
    { done: 999, seconds: 2, total: undefined, says: 'Uploading artifacts 999 B (499 B/s)' },
    { done: 1_500_000, seconds: 1, total: 3_000_000, says: 'Uploading artifacts 1.50 MB/3.00 MB (1.5 MB/s)' },
  ])('draws $done bytes as $says', ({ done, seconds, total, says }) => {
    expect(meterText('Uploading artifacts', done, seconds, total)).toBe(`\r${says}${' '.repeat(16)}`)
  })

  it('draws at once and at the end, and hands the bytes on', async () => {
    const output = keptOutput()
    const chunks = (async function* () {
      yield Buffer.from('ab')
      yield Buffer.from('c')
    })()
    const passed = await withStageLog(output, (log) =>
      Array.fromAsync(metered(chunks, { label: 'Uploading artifacts', interval: 60_000, log })),
    )
    expect({ passed: Buffer.concat(passed).toString(), drawn: output.text().split('\r').length - 1 }).toEqual(
      {
        passed: 'abc',
        drawn: 2,
      },
    )
    expect(output.text()).toMatch(/Uploading artifacts 3 B \(.*B\/s\) {16}\n$/)
  })

  it('tells the application how far it is and how fast of late, also where the log shows nothing', async () => {
    const output = keptOutput()
    let now = 0
    await withStageLog(output, async (log) => {
      const label = 'Downloading cache'
      await using meter = await startMeter({ label, interval: 0, total: 9000, log, now: () => now })
      // A second at 1000 bytes a second, a little more at once, and six slow seconds.
      for (const [at, done] of [
        [1000, 1000],
        [1100, 1100],
        [2000, 7000],
        [8000, 7600],
      ] as const) {
        now = at
        await meter.show(done)
      }
    })
    const cache = { what: 'cache', direction: 'down', total: 9000 }
    expect({ transfers: output.transfers, text: output.text() }).toEqual({
      transfers: [
        { ...cache, bytes: 0, bytesPerSecond: 0 },
        { ...cache, bytes: 1000, bytesPerSecond: 1000 },
        { ...cache, bytes: 7000, bytesPerSecond: 3500 },
        { ...cache, bytes: 7600, bytesPerSecond: 100 },
        'over',
      ],
      text: '',
    })
  })
})

describe('a line of the helper', () => {
  it('has its colour, its prefix, 50 columns and its fields in order', () => {
    const line = helperLine('warning', 'Retrying...', { error: 'e', context: 'artifacts-uploader' })
    expect(line).toBe(
      `\u001B[0;33mWARNING: Retrying...${' '.repeat(30)}\u001B[0;m ` +
        ' \u001B[0;33mcontext\u001B[0;m=artifacts-uploader \u001B[0;33merror\u001B[0;m=e\n',
    )
  })

  it('of no colour still resets it', () => {
    expect(helperLine('info', 'x', { id: 1 })).toBe(`x${' '.repeat(49)}\u001B[0;m  id\u001B[0;m=1\n`)
  })
})

describe('settings of archives', () => {
  const settings = (values: Readonly<Record<string, string>>) =>
    archiveSettings(aContext({ job: { variables: variablesOf(values) } }), 'ARTIFACT_COMPRESSION_LEVEL')

  it('are read from the job', () => {
    expect(
      settings({
        ARTIFACT_COMPRESSION_LEVEL: 'Slowest',
        FASTZIP_ARCHIVER_CONCURRENCY: '3',
        FASTZIP_ARCHIVER_BUFFER_SIZE: '-5',
        TRANSFER_METER_FREQUENCY: '20ms',
      }),
    ).toEqual({ level: 'slowest', concurrency: 3, bufferSize: 0, meterInterval: 1000, warnings: [] })
  })

  it('that are wrong get a default and a warning', () => {
    const { level, meterInterval, warnings } = settings({
      ARTIFACT_COMPRESSION_LEVEL: 'best',
      TRANSFER_METER_FREQUENCY: 'often',
    })
    expect({ level, meterInterval, warnings }).toEqual({
      level: 'default',
      meterInterval: 0,
      warnings: [
        'compression level "best" is invalid, falling back to default',
        'TRANSFER_METER_FREQUENCY: "often" is not a duration, showing no meter',
      ],
    })
  })

  it.each(['0', 'two'])('refuse a concurrency of %s', (value) => {
    expect(() => settings({ FASTZIP_ARCHIVER_CONCURRENCY: value })).toThrow('FASTZIP_ARCHIVER_CONCURRENCY')
  })

  it('know one level only without fastzip', () => {
    expect(settings({ FF_USE_FASTZIP: 'false', ARTIFACT_COMPRESSION_LEVEL: 'fastest' }).level).toBe('default')
  })
})
