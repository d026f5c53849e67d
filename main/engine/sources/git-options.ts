import type { JobContext } from '../job/context.ts'
import { warningLine } from '../script/echo.ts'
import { quote } from '../script/quote.ts'
import { architecture, compatibleVersion, platform } from '../version.ts'
import type { Remote } from './remote.ts'

/** How git introduces itself to the server. */
export const userAgentOption = `-c ${quote(`http.userAgent=gitlab-runner ${compatibleVersion} ${platform}/${architecture}`)}`

/** With `FF_USE_GIT_PROACTIVE_AUTH` git sends credentials at once, to the remote's host only. */
export function hostOption({ flags }: JobContext, { origin }: Remote): readonly string[] {
  if (flags.get('FF_USE_GIT_PROACTIVE_AUTH') !== true) return []
  return [`-c ${quote(`http.${origin === undefined ? '' : `${origin}.`}proactiveAuth=basic`)}`]
}

/** Where the host is not known, credentials would go to any. */
export function hostWarning({ flags }: JobContext, { origin }: Remote): readonly string[] {
  if (flags.get('FF_USE_GIT_PROACTIVE_AUTH') !== true || origin !== undefined) return []
  return [
    warningLine(
      'FF_USE_GIT_PROACTIVE_AUTH: the host of the repository is not known, so it applies to every host',
    ),
  ]
}
