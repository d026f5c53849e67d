import { BlockList, isIP } from 'node:net'

/** Names as in a process's environment; either case, the upper one first. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>

/**
 * The proxy a request to `url` goes through, as Go's net/http decides it, on which gitlab-runner's users rely: loopback
 * is never proxied, https only by HTTPS_PROXY, NO_PROXY knows names, suffixes, addresses, CIDR ranges and ports.
 */
export function proxyFor(url: URL, env: ProxyEnvironment): string | undefined {
  const read = (name: string) => env[name] || env[name.toLowerCase()] || ''
  const proxy = read(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === '' || isExempt(url, read('NO_PROXY'))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

function isExempt(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  if (host === 'localhost' || isInRange(host, '127.0.0.0/8') || isInRange(host, '::1/128')) return true
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry, host, port))
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true
  if (entry.includes('/')) return isInRange(host, entry)
  const [, name = entry, onlyPort] = /^\[?(.*?)\]?:(\d+)$/.exec(isIP(entry) ? '' : entry) ?? []
  if (onlyPort !== undefined && onlyPort !== port) return false
  if (name.startsWith('.') || name.startsWith('*.')) return host.endsWith(name.replace(/^\*/, ''))
  return host === name || (isIP(name) === 0 && host.endsWith(`.${name}`))
}

function isInRange(host: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/')
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const type = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, Number(bits), type)
  return list.check(host, type)
}
