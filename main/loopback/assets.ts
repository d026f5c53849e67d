import { readFile, realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path'

/** A file of the built renderer, ready to be sent. */
export interface Asset {
  readonly body: Buffer
  readonly contentType: string
  /** Its name carries a hash of its content, so it never changes. */
  readonly immutable: boolean
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/**
 * Reads what a URL path names below `directory`. Nothing outside is reachable: not by `..`, encoded or not, not by a
 * link, not by another kind of file.
 * @returns undefined for whatever is not a plain file in there.
 */
export async function readAsset(directory: string, urlPath: string): Promise<Asset | undefined> {
  const path = namedFile(urlPath)
  if (path === undefined) return undefined
  try {
    const root = await realpath(resolve(directory))
    const file = await realpath(join(root, path))
    const inside = relative(root, file)
    const contentType = contentTypes[extname(file)]
    // On another drive of Windows there is no way by "..".
    const isInside = !inside.startsWith('..') && !isAbsolute(inside)
    if (!isInside || contentType === undefined || !(await stat(file)).isFile()) return undefined
    return { body: await readFile(file), contentType, immutable: inside.startsWith(`assets${sep}`) }
  } catch {
    return undefined
  }
}

/** The page of an application whose routes are all in the part after `#`. */
function namedFile(urlPath: string): string | undefined {
  if (urlPath === '/') return 'index.html'
  try {
    const decoded = decodeURIComponent(urlPath)
    const segments = decoded.split('/').slice(1)
    const isPlain = (segment: string) => /^[\w-][\w.-]*$/.test(segment)
    return decoded.startsWith('/') && segments.every(isPlain) ? join(...segments) : undefined
  } catch {
    return undefined
  }
}
