/** The pages a link may name. Nothing else of a link is used, so that none can do more than show. */
const pages = [
  'overview',
  'jobs',
  'runners',
  'toolchains',
  'charts',
  'disk',
  'settings',
  'diagnostics',
  'setup',
] as const

/**
 * Where `drydock://jobs/12`, `drydock://jobs/12#L340` and their like lead.
 * @returns a path of the page such as `/#/jobs/12#L340`; undefined for every other link.
 */
export function deepLinkTarget(link: string): string | undefined {
  const [, page, id, line = ''] =
    /^drydock:\/\/([a-z]{1,20})(?:\/([1-9]\d{0,14})(#L[1-9]\d{0,8})?)?\/?$/.exec(link) ?? []
  if (page === 'jobs' && id !== undefined) return `/#/jobs/${id}${line}`
  if (id !== undefined || !pages.some((known) => known === page)) return undefined
  return page === 'overview' ? '/' : `/#/${page}`
}

/** The link a second start was given: the system passes it as an argument. */
export const linkAmong = (argv: readonly string[]): string | undefined =>
  argv.map(deepLinkTarget).find((target) => target !== undefined)
