/**
 * Artifacts beside Info-ZIP: making and extracting archives of few large and of many small files, with the files read
 * through `tar` as from a container. `TMPDIR` says where the files lie.
 */
import { execFile, spawnSync } from 'node:child_process'
import {
  closeSync,
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
const targets = { speed: 1.7, size: 1.03, memory: 200 }

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

async function timed<T>(work: () => Promise<T>): Promise<{ readonly seconds: number; readonly result: T }> {
  const started = performance.now()
  const result = await work()
  return { seconds: (performance.now() - started) / 1000, result }
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
  const entries = readFiles({ environment, projectDir: source, paths: [...files.keys()], signal })
  const settings = {
    level: 'default',
    concurrency: availableParallelism(),
    bufferSize: 2 * megabyte,
  } as const
  await pipeline(writeArchive(entries, 'zip', settings), createWriteStream(path))
}

async function extractOurs(path: string, dir: string): Promise<void> {
  await mkdir(dir)
  await using archive = await openArchive(path, dir)
  await extractArchive(archive, environment, dir, signal)
}

const has = (program: string) => spawnSync(program, ['-v']).error === undefined
const shown = (value: number, target: number, isGood: boolean) =>
  `${value.toFixed(2)} (target ${target}) ${isGood ? 'met' : 'MISSED'}`

async function compare(name: string, source: string, folder: string): Promise<void> {
  const ours = join(folder, `${name}-ours.zip`)
  const theirs = join(folder, `${name}-theirs.zip`)
  const mine = await watchingMemory(() => makeOurs(source, ours))
  const size = statSync(ours).size
  console.log(`${name}: ours ${mine.seconds.toFixed(1)} s, ${(size / megabyte).toFixed(0)} MiB`)
  const memory = mine.memory()
  console.log(`  memory beyond idle, MiB: ${shown(memory, targets.memory, memory < targets.memory)}`)
  if (has('zip')) {
    const zip = await timed(() => run('zip', ['-q', '-6', '-r', theirs, '.'], { cwd: source }))
    const zipSize = statSync(theirs).size
    console.log(`  zip -6 ${zip.seconds.toFixed(1)} s, ${(zipSize / megabyte).toFixed(0)} MiB`)
    const speed = zip.seconds / mine.seconds
    console.log(`  times as fast as zip -6: ${shown(speed, targets.speed, speed >= targets.speed)}`)
    console.log(`  times as large: ${shown(size / zipSize, targets.size, size <= zipSize * targets.size)}`)
    await rm(theirs)
  } else console.log('  zip is not installed: nothing to compare with')

  const extracted = await watchingMemory(() => extractOurs(ours, join(folder, 'extracted')))
  await rm(join(folder, 'extracted'), { recursive: true })
  console.log(
    `  extracted in ${extracted.seconds.toFixed(1)} s, ${extracted.memory().toFixed(0)} MiB beyond idle`,
  )
  if (!has('unzip')) return console.log('  unzip is not installed: nothing to compare with')
  const unzip = await timed(() => run('unzip', ['-q', ours, '-d', join(folder, 'unzipped')]))
  await rm(join(folder, 'unzipped'), { recursive: true })
  console.log(`  unzip took ${unzip.seconds.toFixed(1)} s`)
}

const folder = await mkdtemp(join(tmpdir(), 'drydock-bench-'))
try {
  const material = materials()
  makeLarge(join(folder, 'large'), material)
  await compare('1 GiB in 50 files', join(folder, 'large'), folder)
  await rm(join(folder, 'large'), { recursive: true })
  makeSmall(join(folder, 'small'), material)
  await compare('200,000 small files', join(folder, 'small'), folder)
} finally {
  await rm(folder, { recursive: true, force: true })
}
