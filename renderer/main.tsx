import { createRoot } from 'react-dom/client'

import './ui/ui.css'
import { App } from './app.tsx'
import { createAppState } from './state/app-state.ts'
import { createConnection } from './state/connection.ts'
import { openWireFor } from './state/open-wire.ts'
import { createPreferences } from './state/preferences.ts'
import { watchRoute } from './state/route.ts'
import { ReaderProvider } from './ui/reader.tsx'

const unloaded = new AbortController()
const connection = createConnection(openWireFor(window.location), unloaded.signal)
const state = createAppState(connection, unloaded.signal, window.localStorage)
const route = watchRoute(unloaded.signal)
const preferences = createPreferences(window.localStorage, navigator.languages)

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <ReaderProvider preferences={preferences}>
    <App state={state} route={route} />
  </ReaderProvider>,
)
