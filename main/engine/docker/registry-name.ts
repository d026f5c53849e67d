/** A registry as credentials name it, in one spelling (docker-executor.md §6.3). */
export function registryKey(entry: string): string {
  const url = /^https?:\/\/([^/]*)/i.exec(entry)
  if (url !== null) return hub((url[1] ?? '').toLowerCase())
  const withoutTag = entry.replace(/\/$/, '').replace(/(\/[^/:]*):[^/]*$/, '$1')
  return hub(lowerHost(withoutTag))
}

/** Keys to look up for an image: its whole path first, then each parent. */
export function registryKeysOf(image: string): readonly string[] {
  const untagged = image.split('@')[0]?.replace(/(\/[^/:]*):[^/]*$/, '$1') ?? ''
  const [first = '', ...rest] = untagged.split('/')
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const path = hub(hasHost ? lowerHost(untagged) : `docker.io/${untagged.replace(/:[^/]*$/, '')}`)
  const parts = path.split('/')
  return parts.map((_, dropped) => parts.slice(0, parts.length - dropped).join('/'))
}

const lowerHost = (name: string) => name.replace(/^[^/]*/, (host) => host.toLowerCase())
const hub = (name: string) => name.replace(/^index\.docker\.io(?=\/|$)/, 'docker.io')
