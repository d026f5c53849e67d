import { quote } from '../script/quote.ts'
import type { Remote } from './remote.ts'

/** Tells a credential helper, where the image or a hook set one up, to forget the job's token (job-execution.md §7.8). */
export function rejectCredentials({ origin }: Remote): readonly string[] {
  if (origin === undefined || !/^(?:https?|ssh):/.test(origin)) return []
  return [
    `printf 'url=%s\\nusername=gitlab-ci-token\\n\\n' ${quote(origin)} | GIT_TERMINAL_PROMPT=0 git credential reject >/dev/null 2>&1 || :`,
  ]
}
