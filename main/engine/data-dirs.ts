import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { logPath } from './log/log-files.ts'

/** Where Drydock keeps what it remembers. Only its owner may look in. */
export interface DataDirs {
  readonly root: string
  readonly history: string
  /** One file per running job, with what reporting it after a crash needs. */
  readonly running: string
  readonly logs: string
  /** Local caches of jobs. */
  readonly caches: string
  /** What is known of the use of images and volumes. */
  readonly usage: string
  /** Jobs that are over and still have containers. */
  readonly held: string
  log(id: number): string
}

export function openDataDirs(root: string): DataDirs {
  const logs = join(root, 'logs')
  const running = join(root, 'running')
  const caches = join(root, 'caches')
  for (const folder of [root, logs, running, caches]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    root,
    running,
    logs,
    caches,
    usage: join(root, 'usage.json'),
    held: join(root, 'held.json'),
    history: join(root, 'history.db'),
    log: (id) => logPath(logs, id),
  }
}
