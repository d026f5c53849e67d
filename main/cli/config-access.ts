import { openConfigStore, type ConfigStore } from '../engine/config/config-store.ts'
import { openConfigVersions } from '../engine/config/config-versions.ts'
import { configFile, dataDirectory } from '../engine/config/locations.ts'
import { readSystemId } from '../engine/config/system-id.ts'
import type { Terminal } from './terminal.ts'
import type { OptionValues } from './option.ts'

export const configFileOf = (values: OptionValues, { around }: Terminal) =>
  configFile(values.text('config'), around)

/** The configuration for one command; every token in it is kept out of the log. */
export async function openConfig(values: OptionValues, terminal: Terminal): Promise<ConfigStore> {
  const { around, clock, logger } = terminal
  const quiet = {
    info: (message: string) => logger.debug(message),
    warn: (message: string) => logger.warn(message),
    error: (message: string) => logger.error(message),
  }
  const file = configFileOf(values, terminal)
  const root = dataDirectory(values.text('data-dir'), around)
  const store = await openConfigStore({
    file,
    clock,
    environment: around.environment,
    logger: quiet,
    versions: openConfigVersions({ root, configFile: file, clock }),
    by: 'command-line',
  })
  for (const { token } of store.current().runners) terminal.hide(token)
  terminal.followLogSettings(store.current())
  return store
}

export const systemIdFor = (file: string, { logger }: Terminal) =>
  readSystemId({ configFile: file, onWarning: (message) => logger.warn(message) })
