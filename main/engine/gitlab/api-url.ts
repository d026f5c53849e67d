/**
 * Where a server's API begins: `https://host/path/ci/` → `https://host/path/api/v4/` (coordinator-api.md §1).
 * @returns `undefined` for what is no http or https URL.
 */
export function apiUrlOf(url: string): URL | undefined {
  const bare = url.trim().replace(/\/+$/, '').replace(/\/ci$/, '').replace(/\/+$/, '')
  const parsed = URL.parse(`${bare}/api/v4/`)
  if (!parsed || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) return undefined
  return parsed
}

/** An URL as it may be shown: without credentials, query and fragment. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`
}
