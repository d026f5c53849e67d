import { once } from 'node:events'

import { WebSocket } from 'ws'

import { runnerApi, type RunnerApi } from '../contract/api.ts'
import { connect } from '../contract/connect.ts'
import { socketWire } from './socket-wire.ts'

export interface Attached extends AsyncDisposable {
  readonly api: RunnerApi
}

/**
 * Speaks to an engine that serves the loopback page in another process.
 * @param url with the token, as `Loopback.url`
 * @throws Error when nobody answers there, or the token is not theirs.
 */
export async function attach(url: string): Promise<Attached> {
  const { origin, host } = new URL(url)
  const welcome = await fetch(url, { redirect: 'manual' })
  const [cookie] = (welcome.headers.get('set-cookie') ?? '').split(';')
  if (cookie === undefined || cookie === '') throw new Error(`The engine at ${host} does not know the token`)
  const socket = new WebSocket(`ws://${host}/api`, { origin, headers: { cookie } })
  await once(socket, 'open')
  return {
    api: connect(runnerApi, socketWire(socket)),
    async [Symbol.asyncDispose]() {
      socket.terminate()
    },
  }
}
