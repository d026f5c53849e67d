import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Browser } from 'playwright-core'

import { systemClock } from '../../main/engine/clock.ts'
import { startPracticeGitLab, type PracticeGitLab } from '../../main/engine/practice/practice-gitlab.ts'
import { testEngine } from '../docker/kit.ts'
import { openRealApp, type RealApp } from './real-app.ts'
import { configText } from './runner-under-test.ts'

export interface RealWorkshop extends AsyncDisposable {
  readonly app: RealApp
  readonly gitlab: PracticeGitLab
  /** Of its own, gone afterwards. */
  readonly folder: string
}

interface WorkshopOptions {
  readonly dockerHost: string
  /** Lines of `[[runners]]` and of `[runners.docker]`. */
  readonly runner?: string
  readonly docker?: string
}

/** The page over a real engine and a GitLab, with the runner tangxin. */
export async function openWorkshop(browser: Browser, options: WorkshopOptions): Promise<RealWorkshop> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'drydock-app-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const docker = await testEngine()
  const host = await docker.hostAddress()
  docker.close()
  const gitlab = stack.use(
    await startPracticeGitLab({
      directory: join(folder, 'gitlab'),
      clock: systemClock,
      longPollSeconds: 0,
      ...(host !== undefined && { host }),
    }),
  )
  const token = gitlab.createRunner({ description: 'tangxin' }).token ?? ''
  const text = configText({
    ...options,
    name: 'tangxin',
    url: gitlab.url,
    token,
    global: 'check_interval = 1\n',
  })
  await writeFile(join(folder, 'config.toml'), text, { mode: 0o600 })
  const app = stack.use(await openRealApp(browser, { dockerHost: options.dockerHost, folder }))
  const whole = stack.move()
  return { app, gitlab, folder, [Symbol.asyncDispose]: () => whole.disposeAsync() }
}
