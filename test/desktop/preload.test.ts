import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const script = stripTypeScriptTypes(
  readFileSync(join(import.meta.dirname, '../../preload/preload.cts'), 'utf8'),
)

describe('the preload script', () => {
  it('loads Electron alone and leaves nothing in the page', () => {
    const { asked, page, names } = inPage()
    expect({ asked, left: Object.keys(page).filter((name) => !names.includes(name)) }).toEqual({
      asked: ['electron'],
      left: [],
    })
  })

  it('asks for a port and tells what the page tells, and never anything else, whatever the page says', () => {
    const { say, sent } = inPage()
    say('drydock:port-wanted')
    say({ drydock: { type: 'language', language: 'ko' } })
    for (const data of fc.sample(fc.jsonValue(), { numRuns: 3000, seed: 5 })) say(data)
    for (const data of ['drydock:told', 'drydock:port', ['drydock:port-wanted'], null, { channel: 'x' }])
      say(data)
    expect(sent).toEqual([['drydock:port-wanted'], ['drydock:told', { type: 'language', language: 'ko' }]])
  })

  it('does not hear frames within the page, nor other windows', () => {
    const { say, sent } = inPage()
    say('drydock:port-wanted', {})
    say({ drydock: 1 }, {})
    expect(sent).toEqual([])
  })

  it('hands the port and the preferences to the page’s own origin', () => {
    const { hear, posted } = inPage()
    const port = { is: 'a port' }
    hear('drydock:port', { ports: [port] })
    hear('drydock:port', { ports: [] })
    hear('drydock:preferences', {}, { onClose: 'stay' })
    expect(posted).toEqual([
      ['drydock:port', 'app://drydock', [port]],
      [{ drydockPreferences: { onClose: 'stay' } }, 'app://drydock'],
    ])
  })
})

/** Runs the script as Electron does before the page, in a world of its own. */
function inPage() {
  const listeners: ((event: { source: unknown; data: unknown }) => void)[] = []
  const heard = new Map<string, (event: object, ...rest: unknown[]) => void>()
  const [asked, sent, posted]: [string[], unknown[][], unknown[][]] = [[], [], []]
  const window = {
    location: { origin: 'app://drydock' },
    addEventListener: (_: 'message', listener: (typeof listeners)[number]) => listeners.push(listener),
    postMessage: (...message: unknown[]) => posted.push(message),
  }
  const ipcRenderer = {
    send: (...message: unknown[]) => sent.push(message),
    on: (channel: string, listener: (event: object, ...rest: unknown[]) => void) =>
      heard.set(channel, listener),
  }
  const page = {
    window,
    require: (name: string) => {
      asked.push(name)
      return { ipcRenderer }
    },
  }
  const names = Object.keys(page)
  runInContext(script, createContext(page))
  return {
    page,
    names,
    asked,
    sent,
    posted,
    say: (data: unknown, source: unknown = window) => {
      for (const listener of listeners) listener({ source, data })
    },
    hear: (channel: string, event: object, ...rest: unknown[]) => heard.get(channel)?.(event, ...rest),
  }
}
