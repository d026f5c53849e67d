// Runs in the window's sandbox, as one file of CommonJS. It hands the page one message port and nothing else: the page
// asks, the main process checks who asks, and the port that comes back is passed on. What the page tells the application
// is passed on as it is; the main process checks it.
declare function require(module: 'electron'): typeof import('electron')
const { ipcRenderer } = require('electron')

window.addEventListener('message', ({ source, data }) => {
  if (source === window && data === 'drydock:port-wanted') ipcRenderer.send('drydock:port-wanted')
})

window.addEventListener('message', ({ source, data }) => {
  if (source === window && typeof data === 'object' && data !== null && 'drydock' in data)
    ipcRenderer.send('drydock:told', data.drydock)
})

ipcRenderer.on('drydock:preferences', (_, preferences: unknown) =>
  window.postMessage({ drydockPreferences: preferences }, window.location.origin),
)

ipcRenderer.on('drydock:port', ({ ports: [port] }) => {
  if (port !== undefined) window.postMessage('drydock:port', window.location.origin, [port])
})
