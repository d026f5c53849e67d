import { configFile, dataDirectory } from '../engine/config/locations.ts'
import type { Terminal } from './terminal.ts'
import type { StatusRequest } from './engine-port.ts'
import type { OptionValues } from './option.ts'

/** Which Drydock a command asks, by `--config`, `--data-dir` and `--json`. */
export const statusRequest = (values: OptionValues, terminal: Terminal): StatusRequest => ({
  terminal,
  configFile: configFile(values.text('config'), terminal.around),
  dataDir: dataDirectory(values.text('data-dir'), terminal.around),
  json: values.flag('json') === true,
})
