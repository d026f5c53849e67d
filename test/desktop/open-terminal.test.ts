import { execFileSync } from 'node:child_process'

import { describe, expect, it } from 'vitest'

import { openTerminal, quoted, shellCommand, terminals } from '../../main/desktop/open-terminal.ts'

const door = { endpoint: 'unix:///var/run/docker.sock', container: 'kept', workingDir: "/builds/it's $HOME" }

describe('a terminal', () => {
  it('is the first of those that are installed', async () => {
    const tried: string[] = []
    const launch = async (program: string) => (tried.push(program), program === 'konsole')
    expect([await openTerminal('linux', ['true'], launch), tried]).toEqual([
      true,
      ['x-terminal-emulator', 'gnome-terminal', 'konsole'],
    ])
  })

  it('may not be there at all', async () => {
    expect(await openTerminal('linux', ['true'], async () => false)).toBe(false)
  })

  it.each([["/builds/it's $HOME"], ['a "b" `c` \\d;e&f'], ['plain'], ['']])(
    'is given %j as one word, in every shell',
    (word) =>
      expect(execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' })).toBe(word),
  )

  it('of macOS gets the command as text that AppleScript and the shell both read as it is', () => {
    const [[program, , script = ''] = ['']] = terminals('darwin', shellCommand(door, 'darwin'))
    expect([program, script]).toEqual([
      'osascript',
      `tell application "Terminal" to do script "docker --host unix:///var/run/docker.sock exec -it -w '/builds/it'\\\\''s $HOME' kept sh -c 'command -v bash >/dev/null && exec bash || exec sh'"`,
    ])
  })
})
