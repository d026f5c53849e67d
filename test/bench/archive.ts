/**
 * Artifacts beside Info-ZIP, 7-Zip and zstd: making archives and fetching them back, of few large files, many small ones
 * and a tree as cross-compiling leaves it, with the files read through `tar` as from a container. `TMPDIR` says where
 * the files lie; after the name of the benchmark, `large`, `small` or `build` runs one part.
 */
import { execFile, spawnSync } from 'node:child_process'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'

import { writeArchive } from '../../main/engine/artifacts/archive.ts'
import { extractArchive } from '../../main/engine/artifacts/extract-archive.ts'
import { listFiles } from '../../main/engine/artifacts/list-files.ts'
import { openArchive } from '../../main/engine/artifacts/open-archive.ts'
import { readFiles } from '../../main/engine/artifacts/read-files.ts'
import { hostEnvironment } from '../support/host-environment.ts'

const run = promisify(execFile)
const signal = new AbortController().signal
const environment = hostEnvironment()
const megabyte = 1024 * 1024
const targets = { speed: 1.7, size: 1.03, memory: 200, unzip: 1 }

/** Programs, text and packages as a build leaves them: this process's own and what lies beside the benchmark. */
function materials(): Buffer {
  const root = join(import.meta.dirname, '../..')
  const sources = readdirSync(join(root, 'main'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, 'main', name)))
  const program = readFileSync(process.execPath).subarray(0, 60 * megabyte)
  return Buffer.concat([...sources, readFileSync(join(root, 'package-lock.json')), program])
}

function makeLarge(dir: string, material: Buffer): void {
  mkdirSync(dir)
  for (let file = 0; file < 50; file += 1) {
    const out = openSync(join(dir, `part-${file}.bin`), 'w')
    let left = Math.floor((1024 * megabyte) / 50)
    for (let from = (file * 7 * megabyte) % (material.length - megabyte); left > 0; from = 0) {
      const some = material.subarray(from, from + left)
      left -= writeSync(out, some)
    }
    closeSync(out)
  }
}

function makeSmall(dir: string, material: Buffer): void {
  for (let folder = 0; folder < 1000; folder += 1) {
    const path = join(dir, `d${folder % 20}`, `d${folder}`)
    mkdirSync(path, { recursive: true })
    for (let file = 0; file < 200; file += 1) {
      const index = folder * 200 + file
      const from = (index * 3571) % (material.length - 8000)
      writeFileSync(join(path, `f${file}.o`), material.subarray(from, from + 200 + ((index * 131) % 5000)))
    }
  }
}

/** Objects with symbols and relocations, archives, dependency files and a few programs: 300 MB of a C tree's remains. */
function makeBuild(dir: string, material: Buffer): void {
  const names = ['core', 'net', 'fs', 'drivers', 'sound', 'lib', 'crypto', 'arch']
  let written = 0
  for (let unit = 0; written < 300 * megabyte; unit += 1) {
    const path = join(dir, names[unit % names.length] ?? '', `part-${unit % 61}`)
    mkdirSync(path, { recursive: true })
    const size = 8000 + ((unit * 7919) % 90_000)
    const from = (unit * 104_729) % (material.length - 4 * megabyte)
    const object = Buffer.concat([
      Buffer.from('\x7FELF\x02\x01\x01'),
      material.subarray(from, from + size),
      Buffer.from(names.map((name, index) => `.rela.text.${name}_${unit}_${index}\0`).join('')),
    ])
    writeFileSync(join(path, `unit-${unit}.o`), object)
    writeFileSync(
      join(path, `.unit-${unit}.o.cmd`),
      `cmd := aarch64-linux-gnu-gcc -c unit-${unit}.c\n`.repeat(12),
    )
    written += object.length + 700
    if (unit % 400 !== 399) continue
    const archive = material.subarray(from, from + 3 * megabyte)
    writeFileSync(join(path, `built-in-${unit}.a`), archive)
    written += archive.length
  }
}

const ticksPerSecond = 100

/** Seconds of processor time of this process, its threads, and the programs that it started and that have ended. */
function processorSeconds(): number {
  const [, facts = ''] = readFileSync('/proc/self/stat', 'utf8').split(') ')
  const times = facts.split(' ').slice(11, 15)
  return times.reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
}

/** Processor time counts beside the clock, because others may be at work on the same machine. */
async function timed<T>(work: () => Promise<T>) {
  const started = performance.now()
  const before = processorSeconds()
  const result = await work()
  return { seconds: (performance.now() - started) / 1000, busy: processorSeconds() - before, result }
}

/** Megabytes of memory the work took beyond what was there before. */
async function watchingMemory<T>(work: () => Promise<T>) {
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let most = before
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 20)
  try {
    return { ...(await timed(work)), memory: () => (most - before) / megabyte }
  } finally {
    clearInterval(timer)
  }
}

async function makeOurs(source: string, path: string): Promise<void> {
  const { files } = await listFiles(environment, source, [{ kind: 'folder', path: '.' }], signal)
  const from = { environment, projectDir: source, paths: [...files.keys()], signal }
  const settings = {
    level: 'default',
    concurrency: availableParallelism(),
    bufferSize: 2 * megabyte,
  } as const
  await pipeline(
    writeArchive((takeBlock) => readFiles({ ...from, takeBlock }), 'zip', settings),
    createWriteStream(path),
  )
}

/** The archive comes from a server, lies in a file and is extracted, as in a job. */
async function downloadOurs(archive: string, dir: string): Promise<void> {
  await mkdir(dir)
  const server = createServer((_, response) => void pipeline(createReadStream(archive), response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const { body } = await fetch(`http://127.0.0.1:${port}/`)
    if (!body) throw new Error('the server sent nothing')
    const fetched = `${dir}.zip`
    await pipeline(body, createWriteStream(fetched))
    await using stored = await openArchive(fetched, dir)
    await extractArchive(stored, environment, dir, signal)
    await rm(fetched)
  } finally {
    server.close()
  }
}

const has = (program: string) => spawnSync(program, ['-v']).error === undefined
const shown = (value: number, target: number, isGood: boolean) =>
  `${value.toFixed(2)} (target ${target}) ${isGood ? 'met' : 'MISSED'}`

async function compare(name: string, source: string, folder: string): Promise<void> {
  const ours = join(folder, 'ours.zip')
  const theirs = join(folder, 'theirs.zip')
  const mine = await watchingMemory(() => makeOurs(source, ours))
  const size = statSync(ours).size
  console.log(
    `${name}: ours ${mine.seconds.toFixed(1)} s (${mine.busy.toFixed(1)} s of processors), ${(size / megabyte).toFixed(0)} MiB`,
  )
  const memory = mine.memory()
  console.log(`  memory beyond idle, MiB: ${shown(memory, targets.memory, memory < targets.memory)}`)
  if (has('zip')) {
    const zip = await timed(() => run('zip', ['-q', '-6', '-r', theirs, '.'], { cwd: source }))
    const zipSize = statSync(theirs).size
    console.log(
      `  zip -6 ${zip.seconds.toFixed(1)} s (${zip.busy.toFixed(1)} s of a processor), ${(zipSize / megabyte).toFixed(0)} MiB`,
    )
    const speed = zip.seconds / mine.seconds
    console.log(`  times as fast as zip -6: ${shown(speed, targets.speed, speed >= targets.speed)}`)
    const undisturbed = zip.busy / (mine.busy / availableParallelism())
    console.log(`  by processor time, with ${availableParallelism()} of them free: ${undisturbed.toFixed(2)}`)
    console.log(`  times as large: ${shown(size / zipSize, targets.size, size <= zipSize * targets.size)}`)
    await rm(theirs)
  } else console.log('  zip is not installed: nothing to compare with')

  for (const { program, make } of others) {
    if (!has(program)) continue
    const { seconds } = await timed(() => run('sh', ['-c', make, 'make', theirs], { cwd: source }))
    console.log(`  ${program} ${seconds.toFixed(1)} s, ${(statSync(theirs).size / megabyte).toFixed(0)} MiB`)
    await rm(theirs)
  }

  const fetched = await watchingMemory(() => downloadOurs(ours, join(folder, 'fetched')))
  await rm(join(folder, 'fetched'), { recursive: true })
  const more = fetched.memory()
  console.log(
    `  downloaded and extracted in ${fetched.seconds.toFixed(1)} s (${fetched.busy.toFixed(1)} s of processors)`,
  )
  console.log(`  memory beyond idle, MiB: ${shown(more, targets.memory, more < targets.memory)}`)
  if (!has('unzip')) return console.log('  unzip is not installed: nothing to compare with')
  const unzip = await timed(() => run('unzip', ['-q', ours, '-d', join(folder, 'unzipped')]))
  await rm(join(folder, 'unzipped'), { recursive: true })
  const pace = unzip.seconds / fetched.seconds
  console.log(`  unzip took ${unzip.seconds.toFixed(1)} s (${unzip.busy.toFixed(1)} s of a processor)`)
  console.log(`  times as fast as unzip: ${shown(pace, targets.unzip, pace >= targets.unzip)}`)
}

const others = [
  { program: '7z', make: '7z a -tzip -mx=5 -bso0 -bsp0 "$1" .' },
  { program: 'zstd', make: 'tar -cf - . | zstd -q -T0 -o "$1"' },
] as const

const cases = [
  { part: 'large', name: '1 GiB in 50 files', make: makeLarge },
  { part: 'small', name: '200,000 small files', make: makeSmall },
  { part: 'build', name: '300 MB of a C tree', make: makeBuild },
] as const

const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'))
try {
  const material = materials()
  const asked = process.argv[3]
  for (const { part, name, make } of cases) {
    if (asked !== undefined && asked !== part) continue
    make(join(folder, part), material)
    await compare(name, join(folder, part), folder)
    await rm(join(folder, part), { recursive: true })
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
