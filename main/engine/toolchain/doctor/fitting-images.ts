import type { DockerEngine, Image } from '../../docker/port.ts'
import type { ImageCheck } from './check-image.ts'
import { fileAbout, recall, remember } from './memory.ts'

export interface FittingImage {
  readonly image: string
  /** Programs that run in it. */
  readonly runs: number
}

export interface FittingImagesParts {
  readonly engine: Pick<DockerEngine, 'listImages'>
  readonly memory: string
  /** Of the toolchain, as `stateOf` names it. */
  readonly state: string
  /** Whom the runner has its jobs run as; `''` for each image's own. */
  readonly user: string
  /** @returns `undefined` where it is gone. */
  readonly inspect: (name: string) => Promise<Image | undefined>
  readonly check: (image: Image, name: string) => Promise<Pick<ImageCheck, 'runs'>>
}

// The others follow when somebody asks again.
const mostExamined = 12
const mostNamed = 5

/**
 * Images now on the engine in which more programs run than in the chosen one, best first. Each is examined once, for
 * what is remembered is by image: one that was pulled since is examined alone.
 */
export async function fittingImages(
  { engine, memory, state, user, inspect, check }: FittingImagesParts,
  chosen: { readonly id: string; readonly runs: number },
): Promise<readonly FittingImage[]> {
  let examined = 0
  async function runsIn(id: string, name: string): Promise<number | undefined> {
    const file = fileAbout(memory, 'runs', [id, user, state])
    const before = await recall<number>(file)
    if (before !== undefined || examined >= mostExamined) return before
    const image = await inspect(name)
    if (image === undefined) return undefined
    examined += 1
    const { runs } = await check(image, name)
    await remember(file, runs)
    return runs
  }

  const found: FittingImage[] = []
  for (const { id, names } of await engine.listImages()) {
    const [image] = names
    if (id === chosen.id || image === undefined) continue
    const runs = await runsIn(id, image)
    if (runs !== undefined && runs > chosen.runs) found.push({ image, runs })
  }
  const [best, ...others] = found.sort((a, b) => b.runs - a.runs)
  return best === undefined
    ? []
    : [best, ...others.filter((one) => one.runs * 2 >= best.runs)].slice(0, mostNamed)
}
