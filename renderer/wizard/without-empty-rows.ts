import type { SetupDraft } from '../../main/contract/setup.ts'

/** Rows nobody has filled in yet say nothing. */
export const withoutEmptyRows = (draft: SetupDraft): SetupDraft => ({
  ...draft,
  mounts: draft.mounts.filter(({ source }) => source !== ''),
  environment: draft.environment.filter((entry) => entry !== ''),
  path: draft.path.filter((folder) => folder !== ''),
})
