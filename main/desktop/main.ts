import { app, protocol } from 'electron'

import { begin } from './begin.ts'

// Electron is ready only after this module has been evaluated: what is awaited here must not wait for that.
await begin({ app, protocol }, async () => {
  const { prepare } = await import('./prepare.ts')
  prepare()
})
