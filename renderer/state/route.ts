import { createStore, type StoreApi } from 'zustand/vanilla'

/** Where the reader is. Everything after `#`, so that any door serves one page. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'jobs' }
  | { readonly page: 'job'; readonly id: number; readonly line?: LogPlace }
  | { readonly page: 'runners' }
  | { readonly page: 'runner'; readonly key: string }
  | { readonly page: PlainPage }
  | { readonly page: 'setup' }
  | { readonly page: 'import' }
  | { readonly page: 'toolchains' }
  /** Absent version: the current one. */
  | {
      readonly page: 'toolchain'
      readonly name: string
      readonly version?: string
      /** Examined in this image. */
      readonly image?: string
    }
  /** With a name: another version of it. */
  | { readonly page: 'add-toolchain'; readonly name?: string }

/** A line of a log, from 1, or the first that speaks of an error. */
export type LogPlace = number | 'error'

/** Pages that are all there is to say about where the reader is. */
const plainPages = ['charts', 'disk', 'settings', 'diagnostics', 'config'] as const
type PlainPage = (typeof plainPages)[number]

export function parseRoute(hash: string): Route {
  const [path = '', line] = hash.replace(/^#\/?/, '').split(/#L?|:/)
  const [page, id, ...rest] = path.split('/')
  if (page === 'toolchains' && rest.length < 2) return toolchainRoute(id, rest[0])
  if ((page === 'runners' || page === 'setup' || page === 'import') && id === undefined) return { page }
  const plain = plainPages.find((one) => one === page)
  if (plain !== undefined && id === undefined) return { page: plain }
  if (page === 'runners' && id !== undefined && rest.length === 0) return runnerRoute(id)
  if (page !== 'jobs' || rest.length > 0) return { page: 'overview' }
  if (id === undefined) return { page: 'jobs' }
  if (!/^[1-9]\d{0,14}$/.test(id)) return { page: 'jobs' }
  return { page: 'job', id: Number(id), ...placeOf(line) }
}

function placeOf(line = ''): { readonly line?: LogPlace } {
  if (line === 'error') return { line }
  return /^[1-9]\d{0,8}$/.test(line) ? { line: Number(line) } : {}
}

/** `+` stands for one that is not there yet: no name begins with it. */
function toolchainRoute(encoded: string | undefined, encodedImage?: string): Route {
  const [name = '', version] = encoded === undefined ? [] : (decoded(encoded) ?? '').split('@')
  if (name === '+') return { page: 'add-toolchain' }
  if (name.startsWith('+')) return { page: 'add-toolchain', name: name.slice(1) }
  if (name === '') return { page: 'toolchains' }
  const image = encodedImage === undefined ? undefined : decoded(encodedImage)
  return {
    page: 'toolchain',
    name,
    ...(version !== undefined && version !== '' && { version }),
    ...(image !== undefined && image !== '' && { image }),
  }
}

function decoded(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

/** A key holds an address, so that it is written with its slashes and colons encoded. */
function runnerRoute(encoded: string): Route {
  const key = decoded(encoded)
  return key === undefined ? { page: 'runners' } : { page: 'runner', key }
}

export function linkTo(route: Route): string {
  switch (route.page) {
    case 'overview':
      return '#/'
    case 'jobs':
    case 'runners':
    case 'charts':
    case 'disk':
    case 'settings':
    case 'diagnostics':
    case 'config':
    case 'setup':
    case 'import':
    case 'toolchains':
      return `#/${route.page}`
    case 'runner':
      return `#/runners/${encodeURIComponent(route.key)}`
    case 'toolchain':
      return `#/toolchains/${route.name}${route.version === undefined ? '' : `@${route.version}`}${route.image === undefined ? '' : `/${encodeURIComponent(route.image)}`}`
    case 'add-toolchain':
      return `#/toolchains/+${route.name ?? ''}`
    case 'job':
      return `#/jobs/${route.id}${hashOf(route.line)}`
  }
}

const hashOf = (line: LogPlace | undefined) =>
  line === undefined ? '' : line === 'error' ? '#error' : `#L${line}`

/** Follows the address bar until the signal aborts. */
export function watchRoute(signal: AbortSignal): StoreApi<Route> {
  const store = createStore<Route>(() => parseRoute(window.location.hash))
  window.addEventListener('hashchange', () => store.setState(parseRoute(window.location.hash), true), {
    signal,
  })
  return store
}
