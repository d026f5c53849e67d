import { configFile, dataDirectory } from '../../engine/config/locations.ts'
import type { Command } from '../command.ts'
import { configOption, dataDirOption, jsonOption } from '../common-options.ts'
import type { OptionValues } from '../option.ts'
import type { Terminal } from '../command.ts'

const options = [configOption, dataDirOption, jsonOption]

const requestOf = (values: OptionValues, terminal: Terminal) => ({
  terminal,
  configFile: configFile(values.text('config'), terminal.around),
  dataDir: dataDirectory(values.text('data-dir'), terminal.around),
  json: values.flag('json') === true,
})

export const status: Command = {
  options,
  run: async (values, terminal) => (await terminal.engine()).showStatus(requestOf(values, terminal)),
}

export const doctor: Command = {
  options,
  run: async (values, terminal) => (await terminal.engine()).examine(requestOf(values, terminal)),
}
