import { describe, expect, it } from 'vitest'

import type { ToldDesktop } from '../../main/contract/desktop.ts'
import { hearPage } from '../../main/desktop/hear-page.ts'
import type { SenderFrame } from '../../main/desktop/security.ts'

const ours: SenderFrame = { url: 'app://drydock/#/jobs/12', parent: null }
const language = { type: 'language', language: 'ko' }

describe('what a page tells', () => {
  it.each<[string, SenderFrame | null, unknown, readonly unknown[]]>([
    ['our page, of its language', ours, language, [language]],
    [
      'our page, of a job to look into',
      ours,
      { type: 'open-shell', job: 12 },
      [{ type: 'open-shell', job: 12 }],
    ],
    ['a page of the web', { url: 'https://evil.example/', parent: null }, language, []],
    ['a frame within ours', { url: 'app://drydock/', parent: {} }, language, []],
    ['a frame that is gone', null, language, []],
    ['our page, with a command of its own', ours, { type: 'open-shell', job: 12, command: 'rm' }, []],
    ['our page, with a job that is none', ours, { type: 'open-shell', job: '12; rm -rf /' }, []],
    ['our page, with nonsense', ours, 7, []],
  ])('%s', (_, senderFrame, said, heard) => {
    const told: ToldDesktop[] = []
    hearPage(
      { on: (channel, listener) => channel === 'drydock:told' && listener({ senderFrame }, said) },
      (one) => told.push(one),
    )
    expect(told).toEqual(heard)
  })
})
