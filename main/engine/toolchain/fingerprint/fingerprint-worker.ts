import { createHash } from 'node:crypto'
import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'

import { looksSame, type FingerprintAnswer, type FingerprintTask, type Seen } from './entry.ts'

// Runs in a thread of its own: calls that wait are faster here than thousands of promises would be.
parentPort?.on('message', (task: FingerprintTask) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(answer(task))
})

function answer(task: FingerprintTask): FingerprintAnswer {
  try {
    if (task.kind === 'compare') return { kind: 'compared', looksSame: isLike(task.folder, task.record) }
    if (task.kind === 'walk') return { kind: 'walked', seen: walk(task.folder) }
    return { kind: 'hashed', hashes: task.paths.map((path) => hashOf(join(task.folder, path))) }
  } catch (error) {
    return { kind: 'failed', message: (error as Error).message }
  }
}

function walk(root: string): Seen[] {
  const seen: Seen[] = []
  const pending = ['']
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const name of readdirSync(join(root, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`
      const stat = lstatSync(join(root, path))
      const kind = stat.isFile()
        ? 'file'
        : stat.isDirectory()
          ? 'folder'
          : stat.isSymbolicLink()
            ? 'link'
            : 'other'
      if (kind === 'folder') pending.push(path)
      seen.push({
        path,
        kind,
        executable: kind === 'file' && (stat.mode & 0o111) !== 0,
        size: kind === 'file' ? stat.size : 0,
        modified: kind === 'folder' ? 0 : stat.mtimeMs,
        changed: kind === 'folder' ? 0 : stat.ctimeMs,
        target: kind === 'link' ? readlinkSync(join(root, path)) : '',
      })
    }
  }
  return seen
}

/** Here and not in the main thread: a record has megabytes, and jobs have a turn meanwhile. */
function isLike(folder: string, record: string): boolean {
  const { entries } = JSON.parse(readFileSync(record, 'utf8')) as { readonly entries: readonly Seen[] }
  const now = walk(realpathSync(folder))
  if (now.length !== entries.length) return false
  const before = new Map(entries.map((entry) => [entry.path, entry]))
  return now.every((entry) => {
    const was = before.get(entry.path)
    return was !== undefined && looksSame(was, entry)
  })
}

const buffer = Buffer.allocUnsafe(1024 * 1024)

function hashOf(path: string): string {
  const hash = createHash('sha256')
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return ''
  }
  try {
    for (;;) {
      const length = readSync(file, buffer, 0, buffer.length, null)
      if (length === 0) return hash.digest('hex')
      hash.update(buffer.subarray(0, length))
    }
  } finally {
    closeSync(file)
  }
}
