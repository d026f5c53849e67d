import { join } from 'node:path'

import type { EndpointSettings } from '../docker/endpoint.ts'
import { startPracticeGitLab, type PracticeGitLab } from '../practice/practice-gitlab.ts'
import { withDocker } from './check-engine.ts'
import type { PracticeEntry } from './runner-entry.ts'
import type { PracticeSource, SetupWorld } from './world.ts'

type Parts = Pick<SetupWorld, 'clock' | 'logger' | 'dirs' | 'openDocker'>

const project = 'practice/firmware'

/** The practice GitLab while it runs in this process, with a project whose pipeline can be started. */
export interface PracticeServer {
  readonly url: string
  /** An image of the engine's that no registry knows. */
  readonly image: string
  readonly entry: PracticeEntry
  /** A new runner's token. */
  createRunner(description: string): string
  runSample(): Promise<void>
}

/** Starts the practice GitLab once; everything in it is gone when the program ends. */
export class Practice implements AsyncDisposable {
  readonly #parts: Parts
  readonly #source: PracticeSource
  #gitlab: PracticeGitLab | undefined
  #starting: Promise<PracticeServer> | undefined
  #running: PracticeServer | undefined

  constructor(parts: Parts, source: PracticeSource) {
    this.#parts = parts
    this.#source = source
  }

  /** Undefined until it has been started. */
  get running(): PracticeServer | undefined {
    return this.#running
  }

  start(engine: EndpointSettings): Promise<PracticeServer> {
    this.#starting ??= this.#start(engine).catch((error: unknown) => {
      this.#starting = undefined
      throw error
    })
    return this.#starting
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#starting?.catch(() => undefined)
    await this.#gitlab?.[Symbol.asyncDispose]()
  }

  async #start(engine: EndpointSettings): Promise<PracticeServer> {
    const { clock, logger, dirs, openDocker } = this.#parts
    const { image, helperImage, address } = await withDocker(openDocker, engine, async (docker) => ({
      ...(await this.#source.provideImages(docker)),
      address: await docker.hostAddress(),
    }))
    const gitlab = await startPracticeGitLab({
      directory: join(dirs.root, 'practice'),
      clock,
      logger,
      ...(address !== undefined && { host: address }),
    })
    this.#gitlab = gitlab
    await gitlab.createProject({ path: project })
    await gitlab.push(project, this.#source.project, { message: 'Add the sample firmware' })
    const running: PracticeServer = {
      url: gitlab.url,
      image,
      entry: {
        helperImage,
        // Docker Desktop's engine is in another machine, which knows ours by this name.
        cloneUrl: address === undefined ? gitlab.url.replace('127.0.0.1', 'host.docker.internal') : undefined,
      },
      createRunner: (description) => {
        const { token } = gitlab.createRunner({ description })
        if (token === undefined) throw new Error('The practice GitLab gave its runner no token')
        return token
      },
      runSample: async () => void (await gitlab.createPipeline(project)),
    }
    this.#running = running
    return running
  }
}
