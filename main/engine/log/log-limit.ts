import { joined, noBytes } from './filter.ts'
import { unfinishedTail } from './utf8-repair.ts'

/** What a log says when it has reached its limit (job-execution.md §9.5); GitLab shows it as it stands. */
export function limitNotice(limitBytes: number): Buffer {
  return Buffer.from(
    `\n\u001B[33;1mJob's log exceeded limit of ${limitBytes} bytes.\n` +
      'Job execution will continue but no more output will be collected.\u001B[0;m\n',
  )
}

/**
 * Lets valid UTF-8 through up to a limit, cuts what reaches it at a character, says so once, and drops the rest.
 * @param written bytes the log holds already.
 */
export function createLogLimit(limitBytes: number, written: number): (bytes: Buffer) => Buffer {
  let room = limitBytes - written
  return (bytes) => {
    if (room <= 0) return noBytes
    if (bytes.length < room) {
      room -= bytes.length
      return bytes
    }
    const fitting = bytes.subarray(0, room)
    room = 0
    return joined([fitting.subarray(0, fitting.length - unfinishedTail(fitting)), limitNotice(limitBytes)])
  }
}
