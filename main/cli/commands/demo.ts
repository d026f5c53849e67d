import { resolve } from 'node:path'

import type { Command } from '../command.ts'
import { dataDirOption } from '../common-options.ts'

export const demo: Command = {
  options: [
    dataDirOption,
    { names: ['toolchain'], kind: 'text', help: "Folder of a cross toolchain to use instead of Debian's." },
    { names: ['no-ui'], kind: 'flag', help: 'Print the log here and leave nothing running.' },
  ],
  async run(values, terminal) {
    const { playDemo } = await terminal.engine()
    const [dataDir, toolchain] = [values.text('data-dir'), values.text('toolchain')]
    return playDemo({
      terminal,
      ...(dataDir !== undefined && { dataDir: resolve(dataDir) }),
      ...(toolchain !== undefined && { toolchain: resolve(toolchain) }),
      ui: values.flag('no-ui') !== true,
    })
  },
}
