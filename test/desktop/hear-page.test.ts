import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { ToldDesktop } from '../../main/contract/desktop.ts'
import { hearPage, type TellingFrame } from '../../main/desktop/hear-page.ts'

const postMessage = () => {}
const ours: TellingFrame = { url: 'app://drydock/#/jobs/12', parent: null, postMessage }
const language = { type: 'language', language: 'ko' }

describe('what a page tells', () => {
  it.each<[string, TellingFrame | null, unknown, readonly unknown[]]>([
    ['our page, of its language', ours, language, [language]],
    [
      'our page, of a job to look into',
      ours,
      { type: 'open-shell', job: 12 },
      [{ type: 'open-shell', job: 12 }],
    ],
    ['a page of the web', { url: 'https://evil.example/', parent: null, postMessage }, language, []],
    ['a frame within ours', { url: 'app://drydock/', parent: {}, postMessage }, language, []],
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

it('lives through 10,000 messages of nonsense', () => {
  const told: ToldDesktop[] = []
  let hear: (event: { senderFrame: TellingFrame }, told: unknown) => void = () => {}
  hearPage({ on: (_, listener) => (hear = listener) }, (one) => told.push(one))
  const nearly = fc.record(
    {
      type: fc.constantFrom('language', 'open-shell', 'prefer'),
      job: fc.jsonValue(),
      change: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  for (const said of fc.sample(fc.oneof(fc.anything(), nearly), { numRuns: 10_000, seed: 4 }))
    hear({ senderFrame: ours }, said)
  // A job's number may be hit by chance, and a change of nothing.
  const strange = told.filter((one) => one.type !== 'open-shell' && one.type !== 'prefer')
  hear({ senderFrame: ours }, language)
  expect([strange, told.at(-1)]).toEqual([[], language])
})

it('only pages of ours that wanted the preferences are told them, until they are gone', () => {
  const said: string[] = []
  const frame = (name: string, url = 'app://drydock/') => ({
    url,
    parent: null,
    postMessage: (channel: string) => void said.push(`${name} ${channel}`),
  })
  const [asked, silent, foreign] = [
    frame('asked'),
    frame('silent'),
    frame('foreign', 'https://evil.example/'),
  ]
  let hear: (event: { senderFrame: TellingFrame }, told: unknown) => void = () => {}
  const tell = hearPage({ on: (_, listener) => (hear = listener) }, () => {})
  hear({ senderFrame: asked }, { type: 'preferences-wanted' })
  hear({ senderFrame: silent }, language)
  hear({ senderFrame: foreign }, { type: 'preferences-wanted' })
  tell(preferences)
  asked.url = 'https://elsewhere.example/'
  tell(preferences)
  expect(said).toEqual(['asked drydock:preferences'])
})

const preferences = {
  startAtLogin: false,
  keepAwake: true,
  pauseOnBattery: false,
  quietHours: null,
  onClose: 'ask',
  checkForUpdates: true,
  notifyJobFailed: true,
  notifyJobPassed: false,
  notifyEngineGone: true,
  notifyTokenExpiring: true,
  notifyDiskLow: true,
} as const
