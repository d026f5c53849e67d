import { useState } from 'react'

import type { RunnerFile, RunnerForm } from '../../main/contract/runner-file.ts'

/** The form over the file: untouched it follows the file, touched it keeps what it was based on. */
export interface RunnerFormState {
  readonly form: RunnerForm
  readonly isChanged: boolean
  /** The file went on while the form was being filled in. */
  readonly isBehind: boolean
  /** What the changes are based on. */
  readonly revision: string
  readonly change: (part: Partial<RunnerForm>) => void
  /** Gives the changes up; the form follows the file again. */
  readonly discard: () => void
  /** Keeps the changes, on top of the file as it is now. */
  readonly rebase: () => void
}

interface Draft {
  readonly base: RunnerFile
  readonly changes: Partial<RunnerForm>
}

export function useRunnerForm(file: RunnerFile): RunnerFormState {
  const [draft, setDraft] = useState<Draft>()
  const base = draft?.base ?? file
  const form = { ...base.form, ...draft?.changes }
  const isChanged = JSON.stringify(form) !== JSON.stringify(base.form)
  return {
    form,
    isChanged,
    isBehind: isChanged && base.revision !== file.revision,
    revision: base.revision,
    change: (part) => setDraft({ base, changes: { ...draft?.changes, ...part } }),
    discard: () => setDraft(undefined),
    rebase: () => setDraft({ base: file, changes: onlyChanges(form, base.form) }),
  }
}

const onlyChanges = (form: RunnerForm, base: RunnerForm): Partial<RunnerForm> =>
  Object.fromEntries(
    Object.entries(form).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(base[key as keyof RunnerForm]),
    ),
  )
