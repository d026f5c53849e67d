import type { MatrixCell, ToolchainMatrix } from '../../../contract/doctor.ts'
import type { Config } from '../../config/schema.ts'
import type { DockerEngine } from '../../docker/port.ts'
import { rememberedReport, stateOf } from '../doctor/examine.ts'
import { ToolchainProblem } from '../toolchain.ts'
import type { ToolchainDesk } from './desk.ts'
import { fitOf, userOfRunners } from './examination.ts'

// More columns than anybody compares.
const mostImages = 60

/** What is remembered of every toolchain in every image of the engines; nothing is examined. */
export async function readMatrix(
  { library, memory }: Pick<ToolchainDesk, 'library' | 'memory'>,
  engines: readonly DockerEngine[],
  config: Config,
): Promise<ToolchainMatrix> {
  const listed = await Promise.all(engines.map((engine) => engine.listImages()))
  const named = listed
    .flat()
    .flatMap(({ id, names, size }) => names.map((name) => ({ id, name, size })))
    // Under one name two engines may have different images: that of the first one counts.
    .toReversed()
    .map((image) => [image.name, image] as const)
  const images = [...new Map(named).values()]
    .filter(({ name }) => isForJobs(name))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .slice(0, mostImages)
  const rows = await Promise.all(
    (await library.list()).map(async (toolchain) => {
      const state = await stateOf(toolchain).catch((error: unknown) => {
        // A folder that is gone was examined in no image.
        if (error instanceof ToolchainProblem) return undefined
        throw error
      })
      const user = userOfRunners(config, toolchain)
      const cells = await Promise.all(
        images.map(async (image): Promise<MatrixCell> => {
          const report =
            state === undefined ? undefined : await rememberedReport(memory, state, { ...image, user })
          if (report === undefined) return { state: 'unknown' }
          const { runs, programs } = report
          return { state: 'examined', fit: fitOf(report), runs, programs }
        }),
      )
      return { reference: { name: toolchain.name, version: toolchain.version }, cells }
    }),
  )
  return {
    state: 'ready',
    endpoint: engines.map(({ about }) => about.endpoint).join(', '),
    images: images.map(({ name, size }) => ({ name, size })),
    rows,
  }
}

/** Drydock's own and other helpers are none to run jobs in. */
const isForJobs = (name: string) => !/helper|<none>/.test(name)
