import type { App, CustomScheme } from 'electron'

import { appScheme } from './protocol.ts'

export interface BeginParts {
  readonly app: Pick<App, 'requestSingleInstanceLock' | 'exit'>
  readonly protocol: { registerSchemesAsPrivileged(schemes: CustomScheme[]): void }
}

/**
 * What has to happen first, in this order. Only the first instance opens files: a second has told the first what it was
 * started with by asking for the lock. Schemes can be registered only before the application is ready.
 * @param load brings the rest of the application.
 */
export async function begin({ app, protocol }: BeginParts, load: () => Promise<void>): Promise<void> {
  if (!app.requestSingleInstanceLock()) return app.exit(0)
  protocol.registerSchemesAsPrivileged([appScheme])
  await load()
}
