import { configFile, dataDirectory } from '../../engine/config/locations.ts'
import { buildPage } from '../build-page.ts'
import { CommandFailure, type Command } from '../command.ts'
import { configOption, dataDirOption } from '../common-options.ts'
import { runOptions } from '../engine-options.ts'
import { openBrowser } from '../open-browser.ts'
import { obeySignals } from '../signals.ts'

export const serve: Command = {
  options: [
    configOption,
    dataDirOption,
    { names: ['port', 'p'], kind: 'number', help: 'Port to listen on. Default: any free one.' },
    { names: ['open'], kind: 'flag', help: 'Open it in the browser.' },
    ...runOptions,
  ],
  async run(values, terminal) {
    await buildPage((line) => terminal.logger.info(line))
    const { startEngine } = await terminal.engine()
    const engine = await startEngine({
      terminal,
      origin: { kind: 'file', file: configFile(values.text('config'), terminal.around) },
      dataDir: dataDirectory(values.text('data-dir'), terminal.around),
      serve: { port: values.number('port') ?? 0 },
    })
    if (engine.url === undefined) throw new CommandFailure('The application could not be served.')
    terminal.stdout.write(`Drydock is at ${engine.url}\n`)
    if (values.flag('open') === true) openBrowser(engine.url)
    return obeySignals({
      source: process,
      engine,
      shutdownTimeout: () => engine.shutdownTimeout(),
      logger: terminal.logger,
      interrupted: terminal.interrupted,
    })
  },
}
