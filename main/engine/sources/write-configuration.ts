import type { JobContext } from '../job/context.ts'
import { notice } from '../script/echo.ts'
import { makeDirectory } from '../script/preamble.ts'
import { quote } from '../script/quote.ts'
import { gitConfigText } from './git-config.ts'
import { externalSettings, templateSettings } from './git-settings.ts'
import { clonesNatively } from './native-clone.ts'
import { sourcePathsOf } from './paths.ts'
import type { Remote } from './remote.ts'
import { writeFile } from './shell-text.ts'

/** Shell lines for the files git reads its settings from (job-execution.md §7.3). Each setting is a process of git less. */
export function writeConfiguration(context: JobContext, remote: Remote): readonly string[] {
  const { flags, correlationId, dirs } = context
  const { template, external } = sourcePathsOf(dirs)
  const initial = templateSettings(context, clonesNatively(context) ? undefined : remote)
  const isTraced = flags.get('FF_USE_GITALY_CORRELATION_ID') === true && correlationId !== ''
  return [
    makeDirectory(template),
    writeFile(`${template}/config`, gitConfigText(initial)),
    ...(isTraced ? [notice(`Gitaly correlation ID: ${correlationId}`)] : []),
    writeFile(external, gitConfigText(externalSettings(context, remote))),
    `export GLR_EXT_GIT_CONFIG_PATH=${quote(external)}`,
  ]
}
