import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openConfigStore } from '../../../main/engine/config/config-store.ts'
import type { ResetAnswer, TokenCalls } from '../../../main/engine/config/rotate-token.ts'
import { rotationDue } from '../../../main/engine/config/token-expiry.ts'
import { RenewalTroubles } from '../../../main/engine/config/renewal-troubles.ts'
import { rotateTokens } from '../../../main/engine/config/token-rotation.ts'
import { turnedClock, type TurnedClock } from '../../support/turned-clock.ts'
import { temporaryFolder } from './temporary-folder.ts'

const start = Date.UTC(2026, 0, 1)
/** Tokens of this test live 80 minutes. */
const unit = 10 * 60_000

const fileWith = (token: string, extra = '') => `# kept
[[runners]]
  name = "one"
  url = "https://gitlab.example.com"
  token = "${token}"
  token_obtained_at = 2026-01-01T00:00:00Z
  token_expires_at = 2026-01-01T01:20:00Z
  executor = "docker"
${extra}`

/** GitLab's side: one valid token at a time, each good for 80 minutes. */
function aGitLab(clock: TurnedClock) {
  const gitlab = {
    valid: 'glrt-0',
    resets: [] as number[],
    answer: undefined as ResetAnswer | undefined,
    verdict: undefined as 'unknown' | 'gone' | undefined,
  }
  const calls: TokenCalls = {
    resetToken: async (runner) => {
      gitlab.resets.push((clock.now() - start) / unit)
      if (gitlab.answer) return gitlab.answer
      if (runner.token !== gitlab.valid) return { kind: 'refused', problem: '403 Forbidden' }
      gitlab.valid = `glrt-${gitlab.resets.length}`
      return { kind: 'reset', token: gitlab.valid, expiresAt: new Date(clock.now() + 8 * unit) }
    },
    verify: async (runner) => gitlab.verdict ?? (runner.token === gitlab.valid ? 'valid' : 'gone'),
  }
  return { gitlab, calls }
}

async function rotating(text: string) {
  const folder = temporaryFolder()
  const file = join(folder.path, 'config.toml')
  writeFileSync(file, text)
  const clock = turnedClock(start)
  const lines: string[] = []
  const logger = {
    info() {},
    warn: (line: string) => void lines.push(line),
    error: (line: string) => void lines.push(line),
  }
  const { gitlab, calls } = aGitLab(clock)
  const troubles = new RenewalTroubles()

  async function begin() {
    const stop = new AbortController()
    const store = await openConfigStore({ file, clock, environment: {}, logger })
    const ended = rotateTokens({ store, calls, clock, logger, troubles }, stop.signal)
    return {
      store,
      async [Symbol.asyncDispose]() {
        stop.abort()
        await ended
        await store[Symbol.asyncDispose]()
      },
    }
  }
  return {
    gitlab,
    troubles,
    clock,
    file,
    lines,
    begin,
    token: () => /token = "(.*)"/.exec(readFileSync(file, 'utf8'))?.[1],
    journals: () => readdirSync(folder.path).filter((name) => name.includes('.rotation-')),
    /** Both the watch of the file and the rotation sleep. */
    isResting: () => clock.sleepers >= 2,
    /** Real files take real moments; the clock stands still meanwhile. */
    settle: (done: () => boolean) => expect.poll(done, { interval: 5 }).toBe(true),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

describe('a token is due', () => {
  const obtained = new Date(start)
  it.each([
    [
      'at three quarters of its life',
      { token: 't', token_obtained_at: obtained, token_expires_at: new Date(start + 8 * unit) },
      start + 6 * unit,
    ],
    [
      'never when it does not expire',
      { token: 't', token_obtained_at: obtained, token_expires_at: undefined },
      undefined,
    ],
    [
      'never when the file says year 1',
      { token: 't', token_obtained_at: obtained, token_expires_at: new Date('0001-01-01T00:00:00Z') },
      undefined,
    ],
    [
      'at once when nobody knows its age',
      { token: 't', token_obtained_at: undefined, token_expires_at: new Date(start) },
      0,
    ],
    [
      'never when there is none',
      { token: '', token_obtained_at: obtained, token_expires_at: new Date(start) },
      undefined,
    ],
  ])('%s', (_, runner, due) => expect(rotationDue(runner)).toBe(due))
})

describe('token rotation', () => {
  it('replaces the token at three quarters of its life, and again, keeping the rest of the file', async () => {
    using world = await rotating(fileWith('glrt-0'))
    await using _ = await world.begin()
    await world.clock.advance(6 * unit - 1000)
    expect(world.gitlab.resets).toEqual([])
    await world.clock.advance(1000)
    await world.settle(() => world.token() === 'glrt-1' && world.journals().length === 0)
    expect(readFileSync(world.file, 'utf8')).toBe(
      fileWith('glrt-1').replace('T00:00', 'T01:00').replace('T01:20', 'T02:20'),
    )
    await world.clock.advance(6 * unit)
    await world.settle(() => world.token() === 'glrt-2')
    expect(world.gitlab.resets).toEqual([6, 12])
  })

  it('waits longer after each failure, where the reference would hammer', async () => {
    using world = await rotating(fileWith('glrt-0'))
    world.gitlab.answer = { kind: 'unavailable', problem: 'no route' }
    await using _ = await world.begin()
    await world.clock.advance(6 * unit)
    await world.settle(() => world.gitlab.resets.length === 1 && world.isResting())
    const triedAt = start + 6 * unit
    expect(world.troubles.of('glrt-0')).toEqual({ problem: 'no route', triedAt, againAt: triedAt + 30_000 })
    await world.clock.advance(29_000)
    expect(world.gitlab.resets.length).toBe(1)
    await world.clock.advance(1_000)
    await world.settle(() => world.gitlab.resets.length === 2 && world.isResting())
    await world.clock.advance(59_000)
    expect(world.gitlab.resets.length).toBe(2)
    world.gitlab.answer = undefined
    await world.clock.advance(1_000)
    await world.settle(() => world.token() === 'glrt-3')
    await world.settle(() => world.troubles.of('glrt-0') === undefined)
  })

  it('only warns where it is switched off', async () => {
    using world = await rotating(
      fileWith('glrt-0', '  [runners.feature_flags]\n    FF_DISABLE_AUTOMATIC_TOKEN_ROTATION = true\n'),
    )
    await using _ = await world.begin()
    await world.clock.advance(7 * unit)
    expect([world.gitlab.resets, world.token()]).toEqual([[], 'glrt-0'])
    expect(world.lines.join('\n')).toContain('switched off')
  })

  it('finishes what a crash interrupted between the answer and the file', async () => {
    using world = await rotating(fileWith('glrt-0'))
    // The file cannot be edited while it is no TOML: what the journal holds is all that is left of the answer.
    {
      await using _ = await world.begin()
      writeFileSync(world.file, 'concurrent = \n')
      await world.clock.advance(6 * unit)
      await world.settle(() => world.journals().length === 1)
      expect(world.gitlab.valid).toBe('glrt-1')
    }
    writeFileSync(world.file, fileWith('glrt-0'))
    await using _ = await world.begin()
    await world.settle(() => world.token() === 'glrt-1' && world.journals().length === 0)
    expect(world.gitlab.resets.length).toBe(1)
  })

  it('gets the new token into a file that is refused for something else', async () => {
    using world = await rotating(fileWith('glrt-0'))
    await using _ = await world.begin()
    const refused = (token: string) => fileWith(token, '  limit = "2"\n')
    writeFileSync(world.file, refused('glrt-0'))
    await world.clock.advance(6 * unit)
    await world.settle(() => world.token() === 'glrt-1' && world.journals().length === 0)
    expect(readFileSync(world.file, 'utf8')).toContain('limit = "2"')
    writeFileSync(world.file, readFileSync(world.file, 'utf8').replace('"2"', '2'))
    await world.clock.advance(10_000)
    expect(world.gitlab.resets.length).toBe(1)
  })

  it('waits with the new token in its journal while the file is gone', async () => {
    using world = await rotating(fileWith('glrt-0'))
    await using _ = await world.begin()
    rmSync(world.file)
    await world.clock.advance(6 * unit)
    await world.settle(() => world.journals().length === 1)
    writeFileSync(world.file, fileWith('glrt-0'))
    await world.clock.advance(60_000)
    await world.settle(() => world.token() === 'glrt-1' && world.journals().length === 0)
  })

  it('keeps the old token in the journal until GitLab has confirmed the new one', async () => {
    using world = await rotating(fileWith('glrt-0'))
    world.gitlab.verdict = 'unknown'
    await using _ = await world.begin()
    await world.clock.advance(6 * unit)
    await world.settle(() => world.token() === 'glrt-1')
    expect(world.journals().length).toBe(1)
    world.gitlab.verdict = undefined
    await world.clock.advance(unit)
    await world.settle(() => world.journals().length === 0)
    expect(world.token()).toBe('glrt-1')
  })

  it('puts the old token back when GitLab refuses the one it gave', async () => {
    using world = await rotating(fileWith('glrt-0'))
    world.gitlab.verdict = 'gone'
    await using _ = await world.begin()
    await world.clock.advance(6 * unit)
    await world.settle(() => world.gitlab.resets.length === 1 && world.journals().length === 0)
    await world.settle(() => world.token() === 'glrt-0')
    expect(readFileSync(world.file, 'utf8')).toBe(fileWith('glrt-0'))
  })
})
