import { useState } from 'react'
import { Button } from 'react-aria-components'

import { destroysPath } from '../../main/contract/mend-environment.ts'
import type { MountConsent } from '../../main/contract/mount-policy.ts'
import type { RunnerFile, RunnerForm } from '../../main/contract/runner-file.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from '../state/connection.ts'
import { CodeBlock } from '../ui/code-block.tsx'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import { useCheck, wordsOf } from '../wizard/use-check.ts'
import { DangerousMounts, isOpen } from './dangerous-mounts.tsx'
import { Diff } from './diff.tsx'
import { RunnerFields } from './runner-fields.tsx'
import { RunnerProblems } from './runner-problems.tsx'
import { UndoVerdict } from './undo-verdict.tsx'
import { useConfigUndo } from './use-config-undo.ts'
import { useRunnerForm } from './use-runner-form.ts'

interface RunnerSettingsFormProps {
  readonly file: RunnerFile
  readonly runnerKey: string
  readonly connection: Connection
}

/** The runner's keys as fields, and beside them what the file says and would say. */
export function RunnerSettingsForm({ file, runnerKey, connection }: RunnerSettingsFormProps) {
  const { words, inSentences, gap } = useReader()
  const edit = useRunnerForm(file)
  const { form, isChanged, isBehind } = edit
  const [phase, setPhase] = useState<'idle' | 'saving' | { readonly why: string }>('idle')
  const { undo, ...undoing } = useConfigUndo(connection)
  const preview = useCheck(
    connection,
    isChanged ? JSON.stringify([form, file.revision]) : undefined,
    (api) => api.previewRunnerEdit({ key: runnerKey, form }),
    200,
  )
  const [consents, setConsents] = useState<MountConsent[]>([])
  const dangers = isChanged && preview.kind === 'answered' ? preview.answer.dangers : file.dangers
  const isJudged = preview.kind !== 'asking'
  const breaksPath = form.environment.some(
    (entry) => destroysPath(entry) && !file.form.environment.includes(entry),
  )
  const mayBeSaved = isChanged && isJudged && !isBehind && !breaksPath && !isOpen(dangers, consents)
  const change = (part: Partial<RunnerForm>) => {
    setPhase('idle')
    undoing.forget()
    edit.change(part)
  }

  const save = async () => {
    setPhase('saving')
    try {
      const api = await connection.ready(new AbortController().signal)
      const revision = await api.editRunner({ key: runnerKey, form, basedOn: edit.revision, consents })
      edit.discard()
      setConsents([])
      setPhase('idle')
      undoing.offer({ to: edit.revision, basedOn: revision })
    } catch (error) {
      // A conflict shows by itself as soon as the file's new content is here.
      const isConflict = error instanceof ApiError && error.code === 'conflict'
      setPhase({ why: isConflict ? wordsOf(error) : `${words.runner.notSaved} ${wordsOf(error)}` })
    }
  }

  const problems = preview.kind === 'answered' && isChanged ? preview.answer.problems : file.problems
  return (
    <form
      className="runner-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (mayBeSaved) void save()
      }}
    >
      <div className="runner-fields">
        <RunnerFields form={form} onChange={change} connection={connection} />
      </div>
      <aside className="runner-toml">
        {form.privileged && (
          <div className="banner-bad" role="note">
            <Verdict is="bad">{words.runner.danger.privileged}</Verdict>
          </div>
        )}
        {isBehind && (
          <div className="conflict" role="alert">
            <Verdict is="warn">
              {words.runner.conflict}
              {gap}
              <span className="soft">{words.runner.conflictHint}</span>
            </Verdict>
            <div className="choices">
              <Button className="button" onPress={edit.discard}>
                {words.runner.takeTheirs}
              </Button>
              <Button className="button" onPress={edit.rebase}>
                {words.runner.keepMine}
              </Button>
            </div>
          </div>
        )}
        <div className="row-between">
          <h2>{isChanged ? words.runner.changes : words.runner.toml}</h2>
          <div className="choices">
            {isChanged && (
              <Button className="button" onPress={edit.discard}>
                {words.runner.discard}
              </Button>
            )}
            <Button type="submit" className="button primary" isDisabled={!mayBeSaved || phase === 'saving'}>
              {phase === 'saving' ? words.runner.saving : words.runner.save}
            </Button>
          </div>
        </div>
        <DangerousMounts dangers={dangers} consents={consents} onChange={setConsents} />
        <div role="status" className="verdicts">
          {!isChanged && (
            <UndoVerdict undo={undo} done={words.runner.saved} onUndo={(back) => void undoing.run(back)} />
          )}
          {typeof phase === 'object' && <Verdict is="bad">{inSentences(phase.why)}</Verdict>}
          {preview.kind === 'failed' && <Verdict is="bad">{inSentences(preview.why)}</Verdict>}
        </div>
        {isChanged && preview.kind === 'answered' ? (
          <Diff before={preview.answer.before} after={preview.answer.after} />
        ) : (
          <CodeBlock text={file.toml} label={words.runner.toml} />
        )}
        <RunnerProblems problems={problems} form={form} onChange={change} />
      </aside>
    </form>
  )
}
