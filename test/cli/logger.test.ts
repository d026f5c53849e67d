import { Writable } from 'node:stream'

import { describe, expect, it } from 'vitest'

import { createLogger, readFormat, readLevel, type LogFormat } from '../../main/cli/logger.ts'

function logging(format: LogFormat, isTTY = false) {
  const lines: string[] = []
  const out = Object.assign(
    new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) }),
    { isTTY },
  )
  return { lines, ...createLogger(out, { level: 'info', format }) }
}

describe('the log', () => {
  it.each([
    ['runner', 'Job received                                       job=7 runner="build host"\n'],
    ['text', expect.stringMatching(/^time=\S+ level=info msg="Job received" job=7 runner="build host"\n$/)],
    [
      'json',
      expect.stringMatching(
        /^\{"job":7,"runner":"build host","level":"info","msg":"Job received","time":"[^"]+"\}\n$/,
      ),
    ],
  ] as const)('in the format %s', (format, line) => {
    const { logger, lines } = logging(format)
    logger.info({ job: 7, runner: 'build host' }, 'Job received')
    expect(lines).toEqual([line])
  })

  it('is coloured on a terminal only', () => {
    const { logger, lines } = logging('runner', true)
    logger.error('No')
    expect(lines).toEqual(['\u001b[31;1mERROR: No\u001b[0;m\n'])
  })

  it.each(['runner', 'text', 'json'] as const)('shows no secret in the format %s', (format) => {
    const { logger, lines, hide } = logging(format)
    hide('a-token-without-prefix')
    logger.warn({ url: 'https://me:pass@gitlab.test/x' }, 'a-token-without-prefix glrt-aBcDeFgHiJkLmNoPqRsT')
    logger.error(new Error('glpat-aBcDeFgHiJkLmNoPqRsT'))
    expect(lines.join('')).not.toMatch(/aBcDeFg|without-prefix|pass@/)
  })

  it('follows a change of level', () => {
    const { logger, lines, setLevel } = logging('runner')
    logger.debug('one')
    setLevel('debug')
    logger.debug('two')
    expect(lines).toEqual(['two\n'])
  })

  it('knows the words of gitlab-runner and refuses others', () => {
    expect(['panic', 'warning', 'Info'].map(readLevel)).toEqual(['fatal', 'warn', 'info'])
    expect(() => readLevel('loud')).toThrow('There is no log level "loud"')
    expect(() => readFormat('xml')).toThrow('There is no log format "xml"')
  })
})
