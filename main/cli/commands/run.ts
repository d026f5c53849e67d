import { configFile, dataDirectory } from '../../engine/config/locations.ts'
import type { Command } from '../command.ts'
import { configOption, dataDirOption } from '../common-options.ts'
import { runOptions } from '../engine-options.ts'
import { obeySignals } from '../signals.ts'

export const run: Command = {
  options: [configOption, dataDirOption, ...runOptions],
  async run(values, terminal) {
    const directory = values.text('working-directory')
    // Relative paths on the command line are the shell's, so they are resolved before going there.
    const file = configFile(values.text('config'), terminal.around)
    const dataDir = dataDirectory(values.text('data-dir'), terminal.around)
    if (directory !== undefined) process.chdir(directory)
    const { startEngine } = await terminal.engine()
    const listenAddress = values.text('listen-address')
    const engine = await startEngine({
      terminal,
      origin: { kind: 'file', file },
      dataDir,
      ...(listenAddress !== undefined && { listenAddress }),
    })
    return obeySignals({
      source: process,
      engine,
      shutdownTimeout: () => engine.shutdownTimeout(),
      logger: terminal.logger,
      interrupted: terminal.interrupted,
    })
  },
}
