import { Button } from 'react-aria-components'

import { destroysPath, moveToScript, wantsShell } from '../../main/contract/mend-environment.ts'
import type { RunnerForm } from '../../main/contract/runner-file.ts'
import type { ConfigProblem } from '../../main/contract/status.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'

interface RunnerProblemsProps {
  readonly problems: readonly ConfigProblem[]
  readonly form: RunnerForm
  readonly onChange: (part: Partial<RunnerForm>) => void
}

/** What is worth knowing of a runner's keys, with the remedy that can be had by a click. */
export function RunnerProblems({ problems, form, onChange }: RunnerProblemsProps) {
  const { words, inSentences, gap } = useReader()
  if (problems.length === 0) return null
  return (
    <section className="runner-problems">
      <h3 className="label">{words.runner.problems}</h3>
      {problems.map(({ path, message, remedy, severity }) => {
        const entry = entryAt(path, form)
        const isFatal = severity === 'error' || destroysPath(form.environment[entry ?? -1] ?? '')
        return (
          <div key={path + message} className="runner-problem">
            <Verdict is={isFatal ? 'bad' : 'warn'}>
              <code>{path.replace(/^runners\[\d+\]\./, '')}</code>: {inSentences(message)}
              {gap}
              {remedy !== undefined && <span className="soft">{inSentences(remedy)}</span>}
            </Verdict>
            {entry !== undefined && (
              <Button
                className="button"
                onPress={() => {
                  const moved = moveToScript(form.environment, entry, form.preBuildScript)
                  onChange({ environment: moved.environment, preBuildScript: moved.script })
                }}
              >
                {words.runner.moveToScript}
              </Button>
            )}
          </div>
        )
      })}
    </section>
  )
}

/** Of a complaint about an entry of `environment` that a shell would understand. */
function entryAt(path: string, { environment }: RunnerForm): number | undefined {
  const index = Number(/\.environment\[(\d+)\]$/.exec(path)?.[1] ?? -1)
  return wantsShell(environment[index] ?? '') ? index : undefined
}
