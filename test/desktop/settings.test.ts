import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { openSettings } from '../../main/desktop/settings.ts'
import { placeOn } from '../../main/desktop/window-place.ts'
import { firstPlace } from '../../main/desktop/window.ts'
import { tempDir } from '../support/temp-dir.ts'

const defaults = {
  window: firstPlace,
  onClose: 'ask',
  startAtLogin: false,
  keepAwake: true,
  pauseOnBattery: false,
  quietHours: null,
  checkForUpdates: true,
  language: 'system',
  notifyJobFailed: true,
  notifyJobPassed: false,
  notifyDiskLow: true,
  notifyTokenExpiring: true,
  notifyEngineGone: true,
}

describe('the settings', () => {
  it('are the defaults at first, and are found again after a change', async () => {
    await using folder = await tempDir()
    const file = join(folder.path, 'deep/settings.json')
    const settings = openSettings(file)
    const first = settings.current()
    const heard: boolean[] = []
    settings.onChange(({ startAtLogin }) => heard.push(startAtLogin), new AbortController().signal)
    // Two at once, to be written one after the other.
    await Promise.all([settings.change({ startAtLogin: true }), settings.change({ onClose: 'stay' })])
    expect({
      first,
      heard,
      again: openSettings(file).current(),
      mode: (await stat(file)).mode & 0o777,
      files: await readdir(join(folder.path, 'deep')),
    }).toEqual({
      first: defaults,
      heard: [true, true],
      again: { ...defaults, startAtLogin: true, onClose: 'stay' },
      mode: 0o600,
      files: ['settings.json'],
    })
  })

  it('lose only the fields that are wrong', async () => {
    await using folder = await tempDir()
    const file = join(folder.path, 'settings.json')
    const window = { width: -1, height: 800, maximized: 'yes' }
    await writeFile(
      file,
      JSON.stringify({
        window,
        onClose: 'later',
        quietHours: { from: '25:00', to: '07:00' },
        keepAwake: false,
        old: 1,
      }),
    )
    expect(openSettings(file).current()).toEqual({ ...defaults, keepAwake: false })
  })

  it('start anew when the file is damaged, which is kept', async () => {
    await using folder = await tempDir()
    const file = join(folder.path, 'settings.json')
    await writeFile(file, '{"window": {"wid')
    expect(openSettings(file).current()).toEqual(defaults)
    expect(await readFile(`${file}.damaged`, 'utf8')).toBe('{"window": {"wid')
  })
})

describe('the place of the window', () => {
  const screens = [
    { x: 0, y: 25, width: 1440, height: 875 },
    { x: 1440, y: 0, width: 1920, height: 1080 },
  ]
  const size = { width: 1280, height: 800, maximized: false }

  it.each([
    ['stays on the second screen', { ...size, x: 1500, y: 40 }, { ...size, x: 1500, y: 40 }],
    ['may reach over an edge', { ...size, x: -1000, y: 60 }, { ...size, x: -1000, y: 60 }],
    ['is forgotten when its screen is gone', { ...size, x: 4000, y: 40 }, size],
    ['is forgotten when its title is out of reach', { ...size, x: 100, y: -500 }, size],
    [
      'is no larger than the largest screen',
      { width: 4000, height: 3000, maximized: true },
      { width: 1920, height: 1080, maximized: true },
    ],
  ])('%s', (_, before, after) => expect(placeOn(screens, before)).toEqual(after))
})
