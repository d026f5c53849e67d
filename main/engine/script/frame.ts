import type { JobContext } from '../job/context.ts'
import { quote } from './quote.ts'

/**
 * A stage's shell text as the shell reads it from stdin (job-execution.md §5.2). The body is one word: the shell has
 * read all of it before the first command runs, and commands find their own stdin empty.
 */
export function frame(
  { flags, runner, settings }: Pick<JobContext, 'flags' | 'runner' | 'settings'>,
  body: readonly string[],
): string {
  const word = quote(`${body.join('\n')}\n`)
  const shell = runner.shell === 'sh' ? 'sh' : 'bash'
  const run =
    flags.get('FF_USE_LEGACY_BASH_EVAL') === true
      ? `: | eval ${word}`
      : // A shell killed by TERM would print the text it was running.
        `( trap 'exit 1' TERM; eval ${word} ) < /dev/null`
  return [
    `#!/usr/bin/env ${shell}`,
    '',
    "trap 'exit 1' TERM",
    ...(settings.debugTrace ? ['set -o xtrace'] : []),
    // Only where the shell has it: dash has not.
    'if (set -o pipefail) 2>/dev/null; then set -o pipefail; fi',
    'set -o errexit',
    'set +o noclobber',
    run,
    'exit 0',
    '',
  ].join('\n')
}
