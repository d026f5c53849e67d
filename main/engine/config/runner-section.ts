import { coverSecrets } from './cover-secrets.ts'
import { beginning } from './splice.ts'
import { findPlaces } from './toml-places.ts'
import { withoutBom } from './toml-text.ts'

/** What stands where a secret was. */
export const hiddenSecret = '[hidden]'

/** The part of config.toml that is the runner at `index`, with its comments and without its secrets. */
export function runnerSection(text: string, index: number): string {
  const shown = coverSecrets(withoutBom(text), () => hiddenSecret)
  const own = new RegExp(`^runners\\[${index}\\](?:[.[]|$)`)
  const { sections } = findPlaces(shown)
  return sections
    .flatMap((section, at) => {
      const next = sections[at + 1]
      const end = next ? beginning(shown, next) : shown.length
      return own.test(section.path) ? [shown.slice(beginning(shown, section), end)] : []
    })
    .join('')
    .trim()
}
