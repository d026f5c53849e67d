/** One library of `/etc/ld.so.cache`. */
export interface CachedLibrary {
  readonly soname: string
  readonly path: string
  /** For a processor with more than the least features; others find the library elsewhere. */
  readonly special: boolean
}

const magic = 'glibc-ld.so.cache1.1'
const headerSize = 48
const entrySize = 24

/** Reads the format glibc has written since 2.2, also where the older one precedes it. */
export function readLdCache(bytes: Buffer): readonly CachedLibrary[] {
  const start = bytes.indexOf(magic, 0, 'latin1')
  if (start < 0 || bytes.length < start + headerSize) return []
  const count = bytes.readUInt32LE(start + magic.length)
  const text = (offset: number) => {
    const from = start + offset
    const end = bytes.indexOf(0, from)
    return bytes.toString('utf8', from, end < 0 ? bytes.length : end)
  }
  const found: CachedLibrary[] = []
  for (let index = 0; index < count; index++) {
    const at = start + headerSize + index * entrySize
    if (at + entrySize > bytes.length) break
    found.push({
      soname: text(bytes.readUInt32LE(at + 4)),
      path: text(bytes.readUInt32LE(at + 8)),
      special: bytes.readBigUInt64LE(at + 16) !== 0n,
    })
  }
  return found
}

const usual = ['/lib', '/usr/lib', '/lib64', '/usr/lib64']

/**
 * The folders a glibc loader looks into last are written into the loader itself, one behind the other.
 * @returns those of glibc as it comes where the loader does not show its own.
 */
export function defaultFolders(loader: Buffer): readonly string[] {
  const text = loader.toString('latin1')
  // oxlint-disable-next-line no-control-regex -- names in a program end in a zero byte
  const match = /(?:\/(?:usr\/)?lib[\w./+-]*\/\0){2,}/.exec(text)
  const folders = match?.[0]
    .split('\0')
    .filter(Boolean)
    .map((folder) => folder.replace(/\/$/, ''))
  return folders === undefined || folders.length < 2 ? usual : folders
}
