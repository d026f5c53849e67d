import type { BrowserWindowConstructorOptions, WebContents } from 'electron'

/** Where the page lives: `app://drydock/`. */
export const appOrigin = 'app://drydock'

export function isOwnPage(url: string): boolean {
  const parsed = URL.parse(url)
  return parsed !== null && parsed.protocol === 'app:' && parsed.host === 'drydock'
}

/**
 * Only pages of the web leave for the browser: https, and http of the GitLab servers that the configuration names.
 * @param gitlabOrigins such as `http://gitlab.local:8080`.
 */
export function mayOpenOutside(url: string, gitlabOrigins: ReadonlySet<string>): boolean {
  // Spaces and control characters would be read differently by whoever opens it.
  if (url.length > 2048 || !/^[\x21-\x7e]+$/.test(url)) return false
  const parsed = URL.parse(url)
  if (parsed === null || parsed.host === '' || parsed.username !== '' || parsed.password !== '') return false
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && gitlabOrigins.has(parsed.origin))
}

/** What every window is made with. Nothing of Node reaches the page. */
export function secureWebPreferences(
  preload: string,
): NonNullable<BrowserWindowConstructorOptions['webPreferences']> {
  return {
    preload,
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
  }
}

export interface Outside {
  readonly open: (url: string) => void
  /** Asked anew for each link: the configuration may have changed. */
  readonly gitlabOrigins: () => ReadonlySet<string>
}

/** The page stays where it is; a link that may leave opens in the browser. */
export function denyNavigation(contents: GuardedContents, outside: Outside): void {
  const deny = (event: { preventDefault(): void }) => event.preventDefault()
  contents.on('will-navigate', deny)
  contents.on('will-frame-navigate', deny)
  contents.on('will-redirect', deny)
  contents.on('will-attach-webview', deny)
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url, outside.gitlabOrigins())) outside.open(url)
    return { action: 'deny' }
  })
}

const granted: ReadonlySet<string> = new Set(['notifications', 'clipboard-sanitized-write'])

/** The page may notify and copy. It is asked for nothing else, so it gets nothing else. */
export function denyPermissions(session: GuardedSession): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(granted.has(permission) && isOwnPage(contents.getURL())),
  )
  session.setPermissionCheckHandler((_, permission, origin) => granted.has(permission) && isOwnPage(origin))
}

/** Our page, in a window's top frame. */
export function isTrustedFrame(frame: SenderFrame | null): boolean {
  return frame !== null && frame.parent === null && isOwnPage(frame.url)
}

/** What is asked of Electron's `WebFrameMain`. */
export interface SenderFrame {
  readonly url: string
  readonly parent: unknown
}

type Denied = (event: { preventDefault(): void }) => void

/** What is asked of Electron's `WebContents`. */
export interface GuardedContents {
  on(event: 'will-navigate', listener: Denied): unknown
  on(event: 'will-frame-navigate', listener: Denied): unknown
  on(event: 'will-redirect', listener: Denied): unknown
  on(event: 'will-attach-webview', listener: Denied): unknown
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' }): void
}

/** What is asked of Electron's `Session`. */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (
      contents: Pick<WebContents, 'getURL'>,
      permission: string,
      answer: (isGranted: boolean) => void,
    ) => void,
  ): void
  setPermissionCheckHandler(handler: (contents: unknown, permission: string, origin: string) => boolean): void
}
