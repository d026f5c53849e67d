import { spawn } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { createGunzip } from 'node:zlib'

import { say } from '../../../contract/sentences/say.ts'
import { openZip } from '../../artifacts/read-zip.ts'
import { parseTar } from '../../artifacts/parse-tar.ts'
import { singly } from '../../artifacts/stored-archive.ts'
import { unpackedFile, unpackedZstd } from '../../artifacts/unpacked-file.ts'
import { ToolchainProblem } from '../toolchain.ts'
import type { TreeEntry } from './unpack-tree.ts'

type Format = 'zip' | 'gzip' | 'xz' | 'zstd' | 'tar'

const ahead = 1024 * 1024

/** What an archive holds: zip, or tar plain or packed with gzip, xz or zstd, told by its first bytes. */
export async function* archiveEntries(file: string): AsyncGenerator<TreeEntry> {
  const format = await formatOf(file)
  if (format === 'zip') yield* zipEntries(file)
  else yield* parseTar(unpacked(file, format))
}

async function formatOf(file: string): Promise<Format> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(265), 0, 265, 0)
    const magic = buffer.toString('hex', 0, 6)
    if (magic.startsWith('504b0304')) return 'zip'
    if (magic.startsWith('1f8b')) return 'gzip'
    if (magic === 'fd377a585a00') return 'xz'
    if (magic.startsWith('28b52ffd')) return 'zstd'
    if (buffer.toString('latin1', 257, 262) === 'ustar') return 'tar'
    throw new ToolchainProblem(`${say('toolchain-no-archive', { file })}.`)
  } finally {
    await handle.close()
  }
}

async function* zipEntries(file: string): AsyncGenerator<TreeEntry> {
  await using archive = await openZip(file, '/', availableParallelism())
  for await (const entry of singly(archive.read())) {
    const { mode, mtime } = entry
    const name = entry.path.replace(/^\/+/, '')
    const none = { name, mode, mtime, size: 0, target: '', content: nothing() }
    if (entry.kind === 'directory') yield { ...none, type: 'directory' }
    else if (entry.kind === 'link') yield { ...none, type: 'link', target: entry.target }
    else yield { ...none, type: 'file', size: entry.size, content: entry.content }
  }
}

async function* nothing(): AsyncGenerator<Buffer> {}

async function* unpacked(file: string, format: Exclude<Format, 'zip'>): AsyncGenerator<Buffer> {
  if (format === 'tar') yield* createReadStream(file, { highWaterMark: ahead }) as AsyncIterable<Buffer>
  else if (format === 'gzip') yield* unpackedFile(file, 0, createGunzip({ chunkSize: ahead }))
  else if (format === 'zstd') yield* unpackedZstd(file)
  else yield* byXz(file)
}

/** Node cannot unpack xz; the program every Linux has can. */
async function* byXz(file: string): AsyncGenerator<Buffer> {
  const child = spawn('xz', ['-dc', '--', file], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).catch((cause: unknown) => {
    throw new ToolchainProblem(`${say('toolchain-needs-xz')}.`, {
      cause,
    })
  })
  ended.catch(() => undefined)
  try {
    yield* child.stdout as AsyncIterable<Buffer>
    if ((await ended) !== 0) throw new ToolchainProblem(say('toolchain-unpack', { file, why: said.trim() }))
  } finally {
    child.kill()
  }
}
