// Runs in the window's sandbox, as one file of CommonJS. It hands the page one message port and nothing else: the page
// asks, the main process checks who asks, and the port that comes back is passed on.
declare function require(module: 'electron'): typeof import('electron')
const { ipcRenderer } = require('electron')

window.addEventListener('message', ({ source, data }) => {
  if (source === window && data === 'drydock:port-wanted') ipcRenderer.send('drydock:port-wanted')
})

ipcRenderer.on('drydock:port', ({ ports: [port] }) => {
  if (port !== undefined) window.postMessage('drydock:port', window.location.origin, [port])
})
