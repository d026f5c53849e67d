/** An image name taken apart. */
export interface ImageName {
  /** With registry, without tag and digest. */
  readonly repository: string
  /** `''` where none is written. */
  readonly tag: string
  /** `sha256:…`, or `''`. */
  readonly digest: string
}

export function splitImageName(name: string): ImageName {
  const [tagged = '', digest = ''] = name.split('@')
  const [, repository = tagged, tag = ''] = /^(.*[^/]):([^/:]+)$/.exec(tagged) ?? []
  return { repository, tag, digest }
}

/** `:latest` where neither tag nor digest is written. */
export function withTag(name: string): string {
  const { tag, digest } = splitImageName(name)
  return tag === '' && digest === '' ? `${name}:latest` : name
}

const host = String.raw`(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?/)?`
const component = String.raw`[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*`
const reference = new RegExp(
  String.raw`^${host}${component}(?:/${component})*(?::[\w][\w.-]{0,127})?(?:@[a-zA-Z0-9+._-]+:[0-9a-fA-F]{32,})?$`,
)

/** Whether an engine can be asked for it: a name with registry, tag and digest as they may be written, or an id. */
export function isImageName(name: string): boolean {
  return reference.test(name)
}

/** What a service image is called (docker-executor.md §14.2). */
export interface ServiceName {
  /** Without the registry's port. */
  readonly service: string
  readonly version: string
  /** As it is pulled. */
  readonly image: string
  /** Host names made from the name. */
  readonly aliases: readonly string[]
}

/** @returns `undefined` where the name is no image reference. */
export function serviceNameOf(name: string): ServiceName | undefined {
  if (!isImageName(name)) return undefined
  const { repository, tag, digest } = splitImageName(name)
  const service = repository.replace(/^([^/]+):\d+\//, '$1/')
  return {
    service,
    version: tag || (digest === '' ? 'latest' : `@${digest}`),
    image: withTag(name),
    aliases: [...new Set([service.replaceAll('/', '__'), service.replaceAll('/', '-')])],
  }
}
