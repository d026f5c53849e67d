/** Origins of the GitLab servers that runners are registered with, for links of their pages. */
export const gitlabOrigins = (urls: readonly string[]): ReadonlySet<string> =>
  new Set(
    urls.flatMap((url) => {
      const parsed = URL.parse(url)
      return parsed === null || !/^https?:$/.test(parsed.protocol) ? [] : [parsed.origin]
    }),
  )
