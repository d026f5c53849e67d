import type { Command } from '../command.ts'
import { configOption, dataDirOption, jsonOption } from '../common-options.ts'
import { statusRequest } from '../status-request.ts'

export const disk: Command = {
  options: [configOption, dataDirOption, jsonOption],
  run: async (values, terminal) => (await terminal.engine()).showDisk(statusRequest(values, terminal)),
}
