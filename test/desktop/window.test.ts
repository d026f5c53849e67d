import { describe, expect, it } from 'vitest'

import { firstPlace, openWindow } from '../../main/desktop/window.ts'
import { aWindow, type WindowDouble } from '../support/electron-double.ts'

const outside = { open: () => {}, gitlabOrigins: () => new Set<string>() }
const settings = { preload: '/app/preload.cjs', place: firstPlace, isDark: true, outside }

describe('a window', () => {
  it('gives its page nothing of Node', () => {
    const { options } = openWindow(aWindow, settings)
    expect(options.webPreferences).toEqual({
      preload: '/app/preload.cjs',
      contextIsolation: true,
      sandbox: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    })
  })

  it.each([
    [true, false],
    [false, undefined],
  ])('packaged: %s, has the tools of developers: %s', (isPackaged, devTools) =>
    expect(openWindow(aWindow, { ...settings, isPackaged }).options.webPreferences?.devTools).toBe(devTools),
  )

  it('has the picture it is given, else the one of the program', () => {
    const icon = '/app/resources/icons/256x256.png'
    const iconOf = (given: object) => openWindow(aWindow, { ...settings, ...given }).options.icon
    expect([iconOf({ icon }), iconOf({})]).toEqual([icon, undefined])
  })

  it('loads our page and shows itself when that is drawn, as large as it was left', () => {
    const window = openWindow(
      aWindow,
      { ...settings, place: { ...firstPlace, maximized: true } },
      '/#/jobs/12',
    )
    const before = [...window.did]
    window.becomesReady()
    expect({ before, did: window.did }).toEqual({
      before: ['load app://drydock/#/jobs/12'],
      did: ['load app://drydock/#/jobs/12', 'maximize', 'show'],
    })
  })

  it('shows itself once, on Wayland when its page is loaded: nothing is drawn there before', () => {
    const did = (showsOnceLoaded: boolean) => {
      const window: WindowDouble = openWindow(aWindow, { ...settings, showsOnceLoaded }, '/', () =>
        window.did.push('told'),
      )
      window.loads()
      const loaded = [...window.did]
      window.becomesReady()
      return [loaded, window.did]
    }
    const page = 'load app://drydock/'
    expect([did(true), did(false)]).toEqual([
      [
        [page, 'show', 'told'],
        [page, 'show', 'told'],
      ],
      [[page], [page, 'show', 'told']],
    ])
  })

  it('never lets its page go elsewhere', () => {
    const window = openWindow(aWindow, settings)
    const tried = ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']
    expect({ prevented: window.tries(tried), opens: window.opensWindow('https://git.example.com') }).toEqual({
      prevented: tried,
      opens: { action: 'deny' },
    })
  })
})
