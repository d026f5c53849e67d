import { request } from 'node:http'

/** Asks the engine at a socket itself, for what its port does not offer. @returns the status. */
export function askEngine(
  socketPath: string,
  method: string,
  path: string,
  body?: NodeJS.ReadableStream,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    asked.on('error', reject)
    if (body === undefined) asked.end()
    else body.pipe(asked)
  })
}
