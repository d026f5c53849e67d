import { describe, expect, it } from 'vitest'

import { openDesk } from './run-drydock.ts'

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
