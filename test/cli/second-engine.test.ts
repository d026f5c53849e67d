import { existsSync, readFileSync, statSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { openDesk } from './run-drydock.ts'

describe('the page of an engine that runs already', () => {
  it('is shown instead of starting a second engine', async () => {
    using desk = openDesk()
    const env = { DOCKER_HOST: `unix://${desk.folder}/no.sock` }
    const headless = desk.start(['run'], env)
    const ended = new Promise((resolve) => headless.on('exit', resolve))
    await expect.poll(() => existsSync(`${desk.folder}/data/control.json`)).toBe(true)
    const { url } = JSON.parse(readFileSync(`${desk.folder}/data/control.json`, 'utf8')) as { url: string }
    const modes = ['data', 'data/control.json', 'data/history.db'].map(
      (name) => statSync(`${desk.folder}/${name}`).mode & 0o777,
    )
    const served = await desk.run(['serve'], { env })
    const page = await fetch(url, { redirect: 'manual' })
    headless.kill('SIGQUIT')
    // Whoever can read its address can do everything.
    expect(modes).toEqual([0o700, 0o600, 0o600])
    expect([served.code, served.stdout, page.status, await ended]).toEqual([
      0,
      `Drydock is at ${url}\n`,
      303,
      0,
    ])
  })
})

describe('a data folder', () => {
  it('has one engine at a time, and the next one after that has ended', async () => {
    using desk = openDesk()
    const env = { DOCKER_HOST: `unix://${desk.folder}/no.sock` }
    const first = desk.start(['serve'], env)
    const ended = new Promise((resolve) => first.on('exit', resolve))
    await new Promise((resolve) => first.stdout.once('data', resolve))
    const second = await desk.run(['run'], { env })
    first.kill('SIGQUIT')
    const codes = [await ended, second.code]
    const third = desk.start(['serve'], env)
    const said = await new Promise<Buffer>((resolve) => third.stdout.once('data', resolve))
    third.kill('SIGTERM')
    await new Promise((resolve) => third.on('exit', resolve))
    expect({ codes, told: second.stderr.split('\n').at(-2), third: said.toString().slice(0, 13) }).toEqual({
      codes: [0, 1],
      told: `FATAL: Drydock already runs with the data folder ${desk.folder}/data: stop it first, or choose another with --data-dir.`,
      third: 'Drydock is at',
    })
  })
})
