import { EventEmitter } from 'node:events'
import Module, { createRequire } from 'node:module'

export interface Squirrel {
  /** What it has fetched and done, in order. */
  readonly did: readonly string[]
  /** Has judged the signature. @param refusal why it is wrong, if it is. */
  judges(refusal?: string): void
}

interface Feed {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * macOS' own updater, as Electron offers it: takes the file from the feed it is given, judges its signature, and installs.
 * Until disposed of it is what `require('electron')` gives to electron-updater.
 */
export function standInSquirrel(): Squirrel & Disposable {
  const did: string[] = []
  let feed: Feed | undefined
  const fetchUpdate = async ({ url, headers }: Feed) => {
    const description = (await (await fetch(url, { headers })).json()) as { url: string }
    did.push(`fetched ${await (await fetch(description.url)).text()}`)
  }
  const autoUpdater = Object.assign(new EventEmitter(), {
    setFeedURL: (given: Feed) => (feed = given),
    checkForUpdates: () => void (feed && fetchUpdate(feed)),
    quitAndInstall: () => void did.push('installed'),
  })
  const path = createRequire(import.meta.url).resolve('electron')
  const { cache } = createRequire(import.meta.url)
  cache[path] = Object.assign(new Module(path), { loaded: true, exports: { autoUpdater } })
  const judges = (refusal?: string) => {
    if (refusal === undefined) autoUpdater.emit('update-downloaded')
    else autoUpdater.emit('error', new Error(refusal))
  }
  return { did, judges, [Symbol.dispose]: () => void delete cache[path] }
}
