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
    const dataDir = dataDirectory(values.text('data-dir'), terminal.around)
    const show = (url: string) => {
      terminal.stdout.write(`Drydock is at ${url}\n`)
      if (values.flag('open') === true) openBrowser(url)
    }
    const { startEngine, findEngine } = await terminal.engine()
    // A service has the page as well: it is shown, and goes on by itself.
    await using running = await findEngine(dataDir)
    if (running !== undefined) {
      terminal.logger.info('Drydock runs already; this is its page')
      show(running.url)
      return 0
    }
    const engine = await startEngine({
      terminal,
      origin: { kind: 'file', file: configFile(values.text('config'), terminal.around) },
      dataDir,
      serve: { port: values.number('port') ?? 0 },
    })
    if (engine.url === undefined) throw new CommandFailure('The application could not be served.')
    show(engine.url)
    return await obeySignals({
      source: process,
      engine,
      shutdownTimeout: () => engine.shutdownTimeout(),
      logger: terminal.logger,
      interrupted: terminal.interrupted,
    })
  },
}
