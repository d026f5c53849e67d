import type { CustomScheme } from 'electron'

import { readAsset } from '../loopback/assets.ts'
import { securityHeaders } from '../loopback/security-headers.ts'
import { isOwnPage } from './security.ts'

/** To be registered before the application is ready. */
export const appScheme: CustomScheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
}

/**
 * Answers a request for `app://drydock/…` with a file of the built renderer. Whatever is not one is a 404.
 * @param directory of the built renderer; inside the application's archive when packed.
 */
export async function answerAppRequest(
  request: Pick<Request, 'url' | 'method'>,
  directory: string,
): Promise<Response> {
  const isOurs = isOwnPage(request.url) && request.method === 'GET'
  // URL parsing resolves `..`; what was asked is looked at as it was written.
  const [path = ''] = request.url.slice('app://drydock'.length).split(/[?#]/, 1)
  const asset = isOurs ? await readAsset(directory, path === '' ? '/' : path) : undefined
  if (asset === undefined) return new Response('', { status: 404, headers: securityHeaders })
  return new Response(new Uint8Array(asset.body), {
    headers: { ...securityHeaders, 'content-type': asset.contentType, 'cache-control': 'no-store' },
  })
}
