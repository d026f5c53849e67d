import type { JobUpdate, PatchAnswer, RunnerGateway, UpdateAnswer } from '../../../main/engine/gitlab/port.ts'
import type { LogReader } from '../../../main/engine/log/log-reader.ts'
import { crc32 } from 'node:zlib'

/** A log in memory that a test lets grow. */
export function growingLog(): LogReader & { append(text: string): void; end(): void } {
  let bytes = Buffer.alloc(0)
  let ended = false
  return {
    get size() {
      return bytes.length
    },
    get ended() {
      return ended
    },
    read: async (offset, max) => bytes.subarray(offset, offset + max),
    grown: async (offset) => bytes.length > offset,
    checksum: () => `crc32:${crc32(bytes).toString(16).padStart(8, '0')}`,
    append(text) {
      bytes = Buffer.concat([bytes, Buffer.from(text)])
    },
    end() {
      ended = true
    },
  }
}

/** What a faulty network or server makes of one request. */
export type Fault =
  | 'none'
  /** The request is lost. */
  | 'lost'
  /** The request arrives, its answer is lost. */
  | 'unheard'
  /** The server forgets part of the log before it answers. */
  | 'forgets'
  | 'refuses'

/** Any answer a test wants instead. */
export type Override = PatchAnswer | UpdateAnswer

export interface ModelGitLab extends RunnerGateway {
  readonly log: () => string
  readonly updates: JobUpdate[]
  /** `patch <offset>+<length>` and `update <state>`, in order, with the clock's time in seconds. */
  readonly heard: string[]
}

/**
 * The part of GitLab that receives a job's log and outcome: appends pieces that fit, answers 416 to others, asks for
 * the log again when the outcome comes with another checksum.
 */
export function modelGitLab(
  now: () => number,
  faultOf: (request: string) => Fault | Override = () => 'none',
): ModelGitLab {
  let held = Buffer.alloc(0)
  const updates: JobUpdate[] = []
  const heard: string[] = []
  const away = { kind: 'try-again', problem: 'away', away: true, signal: 'go-on' } as const
  const refused = { kind: 'try-again', problem: 'refused', signal: 'go-on' } as const

  function receive<T extends PatchAnswer | UpdateAnswer>(
    request: string,
    answer: () => T,
  ): T | typeof away | typeof refused {
    heard.push(`${now() / 1000} ${request}`)
    const fault = faultOf(request)
    if (typeof fault === 'object') return fault as T
    switch (fault) {
      case 'lost':
        return away
      case 'refuses':
        return refused
      case 'unheard':
        answer()
        return away
      case 'forgets':
        held = held.subarray(0, Math.floor(held.length / 2))
        return answer()
      case 'none':
        return answer()
    }
  }

  return {
    log: () => held.toString('utf8'),
    updates,
    heard,
    requestJob: async () => ({ kind: 'none' }),
    patchLog: async (_, { offset, bytes }, signal) => {
      signal.throwIfAborted()
      return receive(`patch ${offset}+${bytes.length}`, (): PatchAnswer => {
        if (offset !== held.length) return { kind: 'resend-from', offset: held.length, signal: 'go-on' }
        held = Buffer.concat([held, bytes])
        return { kind: 'stored', upTo: held.length, signal: 'go-on' }
      })
    },
    updateJob: async (_, update, signal) => {
      signal.throwIfAborted()
      return receive(`update ${update.state}`, (): UpdateAnswer => {
        updates.push(update)
        const checksum = `crc32:${crc32(held).toString(16).padStart(8, '0')}`
        if (update.state !== 'running' && update.checksum !== checksum) {
          return { kind: 'resend-log', signal: 'go-on' }
        }
        return { kind: 'accepted', signal: 'go-on' }
      })
    },
    close: async () => {},
  }
}
