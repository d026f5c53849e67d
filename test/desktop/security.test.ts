import type { BrowserWindow, IpcMain, MessagePortMain, Session, WebContents } from 'electron'
import { describe, expect, it } from 'vitest'

import type { Ipc } from '../../main/desktop/hand-out-ports.ts'
import type { Port } from '../../main/desktop/port-wire.ts'
import {
  denyNavigation,
  denyPermissions,
  isTrustedFrame,
  mayOpenOutside,
  type GuardedContents,
  type GuardedSession,
} from '../../main/desktop/security.ts'
import type { AppWindow } from '../../main/desktop/window.ts'
import { aWindow } from '../support/electron-double.ts'

/** Compiles only while Electron's types are what we ask for. */
export const electronFits = {
  contents: (contents: WebContents): GuardedContents => contents,
  session: (session: Session): GuardedSession => session,
  window: (window: BrowserWindow): AppWindow => window,
  ipc: (ipc: IpcMain): Ipc<MessagePortMain> => ipc,
  port: (port: MessagePortMain): Port => port,
}

const gitlab = new Set(['http://gitlab.local:8080'])

describe('a link may leave for the browser', () => {
  it.each(['https://git.example.com/-/jobs/1', 'https://a/?b#c', 'http://gitlab.local:8080/group/project'])(
    'when it is %s',
    (url) => expect(mayOpenOutside(url, gitlab)).toBe(true),
  )

  it.each([
    'http://git.example.com/',
    'http://gitlab.local/',
    'http://gitlab.local:8081/',
    'http://gitlab.local:8080@evil.example/',
    'https://user:password@git.example.com/',
    'https://git.example.com@evil.example/',
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:msgbox',
    'blob:https://git.example.com/1',
    'app://drydock/',
    'about:blank',
    'chrome://settings',
    'devtools://devtools/bundled/inspector.html',
    'ms-msdt:/id',
    'ms-officecmd:{}',
    'search-ms:query=x',
    'smb://host/share',
    'ftp://host/file',
    'ssh://host',
    'mailto:a@b',
    'steam://run/1',
    'ws://localhost/',
    '//evil.example',
    '\\\\host\\share',
    'C:\\Windows\\System32\\calc.exe',
    '/usr/bin/xcalc',
    'https://',
    'https://git.example.com/\u0000',
    'https://git.example.com/ --flag',
    'https://gït.example.com/',
    `https://git.example.com/${'a'.repeat(3000)}`,
    '',
  ])('but not when it is %j', (url) => expect(mayOpenOutside(url, gitlab)).toBe(false))
})

describe('the page', () => {
  it('stays where it is', () => {
    const window = aWindow()
    const opened: string[] = []
    denyNavigation(window.webContents, { open: (url) => opened.push(url), gitlabOrigins: () => gitlab })
    expect({
      prevented: window.tries([
        'will-navigate',
        'will-frame-navigate',
        'will-redirect',
        'will-attach-webview',
      ]),
      answers: ['https://git.example.com/', 'file:///etc/passwd'].map((url) => window.opensWindow(url)),
      opened,
    }).toEqual({
      prevented: ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'],
      answers: [{ action: 'deny' }, { action: 'deny' }],
      opened: ['https://git.example.com/'],
    })
  })

  it('may notify and copy, and nothing else', () => {
    const handlers: Parameters<GuardedSession['setPermissionRequestHandler']>[0][] = []
    const checks: Parameters<GuardedSession['setPermissionCheckHandler']>[0][] = []
    denyPermissions({
      setPermissionRequestHandler: (handler) => void handlers.push(handler),
      setPermissionCheckHandler: (handler) => void checks.push(handler),
    })
    const may = (permission: string, url: string) => {
      const answers: boolean[] = []
      for (const handler of handlers)
        handler({ getURL: () => url }, permission, (answer) => answers.push(answer))
      for (const check of checks) answers.push(check(null, permission, url))
      return answers
    }
    expect({
      notifications: may('notifications', 'app://drydock/'),
      copying: may('clipboard-sanitized-write', 'app://drydock/'),
      camera: may('media', 'app://drydock/'),
      reading: may('clipboard-read', 'app://drydock/'),
      others: may('notifications', 'https://evil.example/'),
    }).toEqual({
      notifications: [true, true],
      copying: [true, true],
      camera: [false, false],
      reading: [false, false],
      others: [false, false],
    })
  })

  it.each([
    ['our page on top', { url: 'app://drydock/#/jobs', parent: null }, true],
    ['our page in a frame of another', { url: 'app://drydock/', parent: {} }, false],
    ['another host of the scheme', { url: 'app://evil/', parent: null }, false],
    ['a page of the web', { url: 'https://drydock/', parent: null }, false],
    ['a frame that is gone', null, false],
  ])('is trusted as the sender: %s', (_, frame, trusted) => expect(isTrustedFrame(frame)).toBe(trusted))
})
