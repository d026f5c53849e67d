/** One value in git's configuration; `subsection` is kept as it is, case and all. */
export interface GitSetting {
  readonly section: string
  readonly subsection?: string
  readonly key: string
  readonly value: string
}

/** The text of a git configuration file with these settings, in order: what `git config` would write, without the processes. */
export function gitConfigText(settings: readonly GitSetting[]): string {
  return settings
    .map(({ section, subsection, key, value }) => {
      const heading =
        subsection === undefined ? section : `${section} "${subsection.replace(/["\\]/g, '\\$&')}"`
      return `[${heading}]\n\t${key} = ${quoteValue(value)}\n`
    })
    .join('')
}

function quoteValue(value: string): string {
  const escaped = value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')
  return `"${escaped}"`
}
