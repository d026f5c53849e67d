import { describe, expect, it } from 'vitest'

import { chain } from '../../../main/engine/log/filter.ts'
import { createTimestamper } from '../../../main/engine/log/timestamper.ts'
import { createUtf8Repair } from '../../../main/engine/log/utf8-repair.ts'
import { cut, seeded, through } from './cuts.ts'

const clock = { now: () => Date.UTC(2025, 0, 1) + 0.25 }
const stage = () => createTimestamper(clock, { number: 1, kind: 'O' })
const head = '2025-01-01T00:00:00.000250Z 01O'

// In the input, ¦ is where one chunk ends and the next begins.
describe('the timestamper', () => {
  it.each([
    { name: 'puts 32 bytes before each line', input: 'one\ntwo\n', shows: `${head} one\n${head} two\n` },
    { name: 'waits for the end of a line', input: 'o¦n¦e\n', shows: `${head} one\n` },
    { name: 'ends an unfinished last line', input: 'one\ntwo', shows: `${head} one\n${head} two\n` },
    { name: 'keeps empty lines', input: '\n\n', shows: `${head} \n${head} \n` },
    {
      name: 'writes a progress bar at once and says where it goes on',
      input: '10%\r¦20%\r¦done\nnext\n',
      shows: `${head} 10%\r\n${head}+20%\r\n${head}+done\n${head} next\n`,
    },
    {
      name: 'writes what waited before a carriage return with it',
      input: 'at ¦5%\rand more¦\n',
      shows: `${head} at 5%\rand more\n${head}+\n`,
    },
    { name: 'leaves CRLF alone', input: 'dos\r\n', shows: `${head} dos\r\n` },
  ])('$name', ({ input, shows }) => {
    expect(through(stage(), input)).toBe(shows)
  })

  it('names the stream by two hex digits and its kind', () => {
    const service = createTimestamper(clock, { number: 15, kind: 'E' })
    expect(through(service, 'x\n')).toBe('2025-01-01T00:00:00.000250Z 0fE x\n')
  })

  it('cuts a line beyond 8 KiB, but no character', () => {
    expect(through(stage(), `x${'ü'.repeat(4096)}`)).toBe(`${head} x${'ü'.repeat(4095)}\n${head}+ü\n`)
  })

  it('writes nothing of a line until it is due', () => {
    const stamper = stage()
    const left = ['a'.repeat(8192), 'b', '\n'].map((chunk) => stamper.push(Buffer.from(chunk)).length)
    expect(left).toEqual([0, 32 + 8192 + 1, 32 + 2])
  })

  it('can be undone, whatever was written and however it was cut', () => {
    const random = seeded(3)
    const pieces = ['a', 'lïne', '\n', '\r', '\r\n', 'z'.repeat(5000)]
    for (let round = 0; round < 1500; round++) {
      const text = Array.from({ length: random(25) }, () => pieces[random(pieces.length)]!).join('')
      const stamper = chain([createUtf8Repair(), stage()])
      const stamped = [...cut(Buffer.from(text), random, 4000)].map((chunk) => stamper.push(chunk))
      const shown = Buffer.concat([...stamped, stamper.end()]).toString()
      expect(undone(shown)).toBe(text === '' || text.endsWith('\n') ? text : `${text}\n`)
    }
  })
})

/** Takes the headers off and joins the records that go on, as a viewer does. */
function undone(stamped: string): string {
  let text = ''
  for (const record of stamped.split('\n').slice(0, -1)) {
    expect(record.slice(0, 31)).toBe(head)
    text = record[31] === '+' ? text.slice(0, -1) : text
    text += `${record.slice(32)}\n`
  }
  return text
}
