/**
 * Prints what the log costs: each filter alone, the whole way from a stage's output to the file, and the memory that
 * 200 MB of output take. Run with `node test/bench/log-filters.ts`.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { systemClock } from '../../main/engine/clock.ts'
import { noBytes, type LogFilter } from '../../main/engine/log/filter.ts'
import { compressLog, openFinishedLog } from '../../main/engine/log/finished-log.ts'
import { openJobLog } from '../../main/engine/log/job-log.ts'
import { createJobOutput } from '../../main/engine/log/job-output.ts'
import { createMasker, preparePhrases } from '../../main/engine/log/masker.ts'
import { searchLog } from '../../main/engine/log/search-log.ts'
import { createTimestamper } from '../../main/engine/log/timestamper.ts'
import { createTokenSanitizer, prepareTokenPrefixes } from '../../main/engine/log/token-sanitizer.ts'
import { createUrlSanitizer } from '../../main/engine/log/url-sanitizer.ts'
import { createUtf8Repair } from '../../main/engine/log/utf8-repair.ts'

const MB = 1024 * 1024
const total = 200 * MB
const chunkSize = 64 * 1024

const secrets = Array.from({ length: 20 }, (_, index) => {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  return Array.from(
    { length: 12 + index },
    (_, at) => letters[(index * 31 + at * 17 + at * at) % letters.length],
  ).join('')
})

/** What a build prints: compiler lines with paths, some colours, a warning, now and then a URL and a secret. */
function buildOutput(bytes: number): Buffer {
  const lines: string[] = []
  let length = 0
  for (let step = 0; length < bytes; step++) {
    const file = `src/drivers/module_${step % 97}/unit_${step}.c`
    const line =
      step % 50 === 0
        ? `\u001B[0;33m${file}:${step % 400}:12: warning: unused variable ‘tmp_${step}’ [-Wunused-variable]\u001B[0m\n`
        : step % 401 === 0
          ? `GET https://example.com/api/v4/packages?page=${step}&per_page=20 token ${secrets[step % 20]}\n`
          : `[${step}/99999] aarch64-linux-gnu-gcc -O2 -Wall -Iinclude -c ${file} -o build/${file}.o\n`
    lines.push(line)
    length += line.length
  }
  return Buffer.from(lines.join('')).subarray(0, bytes)
}

const sample = buildOutput(16 * MB)

function measureFilter(name: string, make: () => LogFilter) {
  const filter = make()
  let best = 0
  for (let round = 0; round < 3; round++) {
    const begun = performance.now()
    for (let at = 0; at < sample.length; at += chunkSize) filter.push(sample.subarray(at, at + chunkSize))
    filter.end()
    best = Math.max(best, sample.length / MB / ((performance.now() - begun) / 1000))
  }
  console.log(`  ${name.padEnd(28)} ${best.toFixed(0).padStart(6)} MB/s`)
}

console.log('Filters, on build output with 20 masked values:')
measureFilter('nothing', () => ({ push: (chunk) => chunk, end: () => noBytes }))
measureFilter('masker', () => createMasker(preparePhrases(secrets)))
measureFilter('masker, 20 values of 8', () =>
  createMasker(preparePhrases(secrets.map((value) => value.slice(0, 8)))),
)
measureFilter('masker, a value of 1 among', () => createMasker(preparePhrases([...secrets, '7'])))
measureFilter('URL sanitizer', createUrlSanitizer)
measureFilter('token sanitizer', () => createTokenSanitizer(prepareTokenPrefixes([], true)))
measureFilter('UTF-8 repair', createUtf8Repair)
measureFilter('timestamper', () => createTimestamper(systemClock, { number: 1, kind: 'O' }))

const dir = await mkdtemp(join(tmpdir(), 'drydock-bench-'))
try {
  for (const timestamps of [false, true]) await measureWholeWay(timestamps)
} finally {
  await rm(dir, { recursive: true })
}

async function measureWholeWay(timestamps: boolean) {
  const path = join(dir, `job-${timestamps}.log`)
  const log = await openJobLog({ path, limitBytes: 2 ** 40 })
  const output = createJobOutput({
    log,
    clock: systemClock,
    phrases: secrets,
    tokenPrefixes: [],
    maskAllDefaultTokens: true,
    timestamps,
    sections: true,
  })
  const stage = output.stream(1, 'O')
  global.gc?.()
  const before = process.memoryUsage().rss
  let peak = before
  const cpuBefore = process.cpuUsage()
  const begun = performance.now()
  for (let sent = 0; sent < total; sent += chunkSize) {
    const at = sent % sample.length
    await stage.write(sample.subarray(at, at + chunkSize))
    if (sent % (4 * MB) === 0) peak = Math.max(peak, process.memoryUsage().rss)
  }
  await stage.end()
  await output.end()
  await log.end()
  const seconds = (performance.now() - begun) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  console.log(
    `\nFrom a stage to the file, timestamps ${timestamps ? 'on' : 'off'}, ${total / MB} MB in chunks of 64 KiB:`,
  )
  console.log(`  throughput                   ${(total / MB / seconds).toFixed(0).padStart(6)} MB/s`)
  console.log(
    `  CPU                          ${((cpu.user + cpu.system) / 1e6).toFixed(2).padStart(6)} s of ${seconds.toFixed(2)} s`,
  )
  console.log(`  growth of memory (RSS)       ${((peak - before) / MB).toFixed(0).padStart(6)} MB`)

  const packing = performance.now()
  await compressLog(path)
  const packed = (await stat(`${path}.gz`)).size
  const packSeconds = (performance.now() - packing) / 1000
  console.log(
    `  compressing                  ${(log.size / MB / packSeconds).toFixed(0).padStart(6)} MB/s, to ${((packed / log.size) * 100).toFixed(1)} %`,
  )

  const opening = performance.now()
  await using finished = await openFinishedLog(path)
  await finished.read(finished.size - 64 * 1024, 64 * 1024)
  console.log(`  opening, last 64 KiB         ${(performance.now() - opening).toFixed(0).padStart(6)} ms`)

  const searching = performance.now()
  let first: number | undefined
  let found = 0
  for await (const { hits, count } of searchLog(finished, 'unused variable')) {
    if (hits.length > 0) first ??= performance.now() - searching
    found = count
  }
  console.log(`  searching, first hit         ${(first ?? 0).toFixed(0).padStart(6)} ms`)
  console.log(
    `  searching, all ${String(found).padEnd(13)} ${(performance.now() - searching).toFixed(0).padStart(6)} ms`,
  )
}
