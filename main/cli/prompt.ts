import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'

import { CommandFailure } from './command.ts'

/** Asks questions on a terminal, or reads the answers line by line from a pipe. */
export interface Prompt extends Disposable {
  /**
   * @param present shown in brackets, and the answer of an empty line.
   * @throws CommandFailure when the input ends first.
   */
  ask(question: string, present?: string): Promise<string>
}

export function openPrompt(input: Readable, output: Writable, signal: AbortSignal): Prompt {
  const reader = createInterface({ input, terminal: false })
  const lines = reader[Symbol.asyncIterator]()
  const interrupted = new Promise<never>((_, reject) => {
    const refuse = () => reject(signal.reason)
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })
  interrupted.catch(() => undefined)
  return {
    async ask(question, present = '') {
      output.write(`${question}\n[${present}]: `)
      const line = await Promise.race([lines.next(), interrupted])
      if (line.done === true) {
        output.write('\n')
        throw new CommandFailure('The input ended before every question was answered.')
      }
      const answer = line.value.trim()
      return answer === '' ? present : answer
    },
    [Symbol.dispose]: () => reader.close(),
  }
}
