/**
 * Electron as far as the packed application touches it while it starts, in a plain Node.js. What happens is written to
 * the file that ELECTRON_DIARY names; a line on standard input is a click in the tray's menu.
 */
import { EventEmitter } from 'node:events'
import { appendFileSync } from 'node:fs'
import { request } from 'node:http'
import { createInterface } from 'node:readline'

const note = (...words) => appendFileSync(process.env.ELECTRON_DIARY, `${words.join(' ')}\n`)
const ready = Promise.withResolvers()
let menu = []
process.resourcesPath = process.env.ELECTRON_RESOURCES

class App extends EventEmitter {
  isPackaged = true
  requestSingleInstanceLock() {
    note('lock')
    return process.env.ELECTRON_IS_SECOND === undefined
  }
  exit(code) {
    note('exit', code)
    process.exit(code)
  }
  quit() {
    let held = false
    this.emit('before-quit', { preventDefault: () => (held = true) })
    if (held) return
    note('quit')
    this.emit('quit', {}, 0)
    process.exit(0)
  }
  whenReady() {
    // As Electron: only once the main module has been evaluated.
    return ready.promise.then(() => note('ready'))
  }
  getVersion() {
    return process.env.ELECTRON_APP_VERSION
  }
  getName() {
    return 'drydock'
  }
  getPath(name) {
    return name === 'exe' ? process.execPath : process.env.ELECTRON_USER_DATA
  }
  getPreferredSystemLanguages() {
    return ['en-US']
  }
  disableHardwareAcceleration() {}
  setAsDefaultProtocolClient(scheme) {
    note('links', scheme)
  }
  setAppUserModelId() {}
  setLoginItemSettings() {}
  commandLine = { hasSwitch: (name) => name === 'no-sandbox' && process.argv.includes('--no-sandbox') }
}

export const app = new App()
export const becomeReady = () => ready.resolve()

export class BrowserWindow extends EventEmitter {
  webContents = Object.assign(new EventEmitter(), { setWindowOpenHandler() {}, reload() {} })
  constructor({ webPreferences }) {
    super()
    note('window', JSON.stringify(webPreferences))
  }
  async loadURL(url) {
    note('load', url)
    const answer = await handlers.get('app')(new Request(url))
    note('page', answer.status, answer.headers.get('content-type'))
    this.emit('ready-to-show')
  }
  show() {
    note('show')
  }
  focus() {}
  hide() {}
  isMinimized = () => false
  isMaximized = () => false
  getNormalBounds = () => ({ x: 0, y: 0, width: 1280, height: 800 })
}

const handlers = new Map()
export const protocol = {
  registerSchemesAsPrivileged: ([{ scheme }]) => note('scheme', scheme),
  handle: (scheme, handler) => handlers.set(scheme, handler),
}
export class Tray extends EventEmitter {
  setImage() {}
  setToolTip(text) {
    note('tray', text)
  }
  setContextMenu({ template }) {
    menu = template
    note('menu', template.map(({ label }) => label).join(', '))
  }
}
export const Menu = { setApplicationMenu() {}, buildFromTemplate: (template) => ({ template }) }
export const nativeImage = { createFromPath: (path) => note('image', path.replace(/^.*resources/, '')) }
export const nativeTheme = { shouldUseDarkColors: true }
export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const session = {
  defaultSession: { setPermissionRequestHandler() {}, setPermissionCheckHandler() {} },
  fromPartition(name) {
    const made = { name, webRequest: { onBeforeRequest: (listener) => (made.beforeRequest = listener) } }
    partitions[name] ??= made
    return partitions[name]
  },
}
const partitions = {}
export const powerMonitor = Object.assign(new EventEmitter(), { isOnBatteryPower: () => false })
export const powerSaveBlocker = { start: () => 1, stop: () => true }
export const ipcMain = new EventEmitter()
export const dialog = {
  async showMessageBox({ message, detail }) {
    note('asked', message, detail)
    return { response: 1 }
  },
}
export const shell = {}
export const safeStorage = {}
export class Notification extends EventEmitter {
  static isSupported = () => false
}
export const MessageChannelMain = MessageChannel
export const autoUpdater = new EventEmitter()
export const net = {
  /** As Electron's with `redirect: 'manual'`, over Node's network. */
  request({ session, protocol, hostname, port, path, headers }) {
    const url = `${protocol}//${hostname}${port ? `:${port}` : ''}${path}`
    const client = Object.assign(new EventEmitter(), { abort: () => sent?.destroy(), end: () => send() })
    let sent
    const send = () =>
      session.beforeRequest({ url }, ({ cancel }) => {
        if (cancel) return client.emit('error', new Error('net::ERR_BLOCKED_BY_CLIENT'))
        sent = request(url, { headers }, (response) => {
          const { location } = response.headers
          if (location === undefined) return client.emit('response', response)
          client.emit('redirect', response.statusCode, 'GET', new URL(location, url).href, response.headers)
        })
        sent.on('error', (error) => client.emit('error', error))
        sent.end()
      })
    return client
  },
}

const clicks = createInterface({ input: process.stdin })
clicks.on('line', (label) => menu.find((item) => item.label === label)?.click())
