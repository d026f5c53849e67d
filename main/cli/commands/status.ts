import type { Command } from '../command.ts'
import { configOption, dataDirOption, jsonOption } from '../common-options.ts'
import { statusRequest } from '../status-request.ts'

const options = [configOption, dataDirOption, jsonOption]

export const status: Command = {
  options,
  run: async (values, terminal) => (await terminal.engine()).showStatus(statusRequest(values, terminal)),
}

export const doctor: Command = {
  options,
  run: async (values, terminal) => (await terminal.engine()).examine(statusRequest(values, terminal)),
}
