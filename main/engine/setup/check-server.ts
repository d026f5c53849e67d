import { access, constants } from 'node:fs/promises'

import type { ServerCheck } from '../../contract/setup.ts'
import { apiUrlOf } from '../gitlab/api-url.ts'
import { probeServer } from '../gitlab/probe-server.ts'
import { proxyFor } from '../gitlab/proxy.ts'
import { withServer } from '../gitlab/with-server.ts'
import { neverAborts, type SetupWorld } from './world.ts'

type Parts = Pick<SetupWorld, 'certsDir' | 'env' | 'clock' | 'logger'>

/** Whether a GitLab can be reached at an address, and what its connection is like. */
export async function checkServer(
  parts: Parts,
  { url, caFile }: { readonly url: string; readonly caFile: string },
): Promise<ServerCheck> {
  const apiUrl = apiUrlOf(url)
  if (apiUrl === undefined || apiUrl.hostname === '') return { state: 'not-a-url' }
  if (caFile !== '' && !(await isReadable(caFile))) return { state: 'no-ca-file', file: caFile }

  const { clock, env } = parts
  const { host } = apiUrl
  const viaProxy = proxyFor(apiUrl, env)
  const proxy = viaProxy === undefined ? {} : { proxy: withoutUserInfo(viaProxy) }
  const askedAt = clock.now()
  const answer = await withServer(serverAt(url, caFile), parts, (transport) =>
    probeServer(transport, apiUrl, neverAborts),
  )
  switch (answer.kind) {
    case 'gitlab':
      return {
        state: 'reached',
        host,
        secure: apiUrl.protocol === 'https:',
        ...proxy,
        ...(answer.date && { clockAhead: clockAhead(answer.date, askedAt, clock.now()) }),
        ...(answer.movedTo !== undefined && { movedTo: answer.movedTo }),
      }
    case 'no-gitlab':
      return { state: 'no-gitlab', host }
    case 'unreachable':
      return { state: 'unreachable', host, reason: answer.reason, detail: answer.detail, ...proxy }
  }
}

export const serverAt = (url: string, caFile: string) => ({
  url,
  'tls-ca-file': caFile,
  'tls-cert-file': '',
  'tls-key-file': '',
})

/** The header is cut to whole seconds and was written between asking and hearing. */
function clockAhead(date: Date, askedAt: number, heardAt: number): number {
  const middle = date.getTime() + 500
  if (middle >= askedAt - 500 && middle <= heardAt + 500) return 0
  return Math.round(middle - (askedAt + heardAt) / 2)
}

const isReadable = (file: string) =>
  access(file, constants.R_OK).then(
    () => true,
    () => false,
  )

function withoutUserInfo(proxy: string): string {
  const url = URL.parse(proxy)
  return url === null ? proxy : `${url.protocol}//${url.host}`
}
