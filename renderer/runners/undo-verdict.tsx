import { Button } from 'react-aria-components'

import { linkTo } from '../state/route.ts'
import { useReader } from '../ui/reader.tsx'
import { Verdict } from '../ui/verdict.tsx'
import type { BringBack, Undo } from './use-config-undo.ts'

interface UndoVerdictProps {
  readonly undo: Undo
  /** What was done. */
  readonly done: string
  readonly onUndo: (back: BringBack) => void
  /** The page that lists changes needs no way to it. */
  readonly isAmongChanges?: boolean
}

/** What was done with config.toml, and the way back. */
export function UndoVerdict({ undo, done, onUndo, isAmongChanges = false }: UndoVerdictProps) {
  const { words, inSentences, gap } = useReader()
  const { file } = words.runner
  switch (undo.kind) {
    case 'none':
      return null
    case 'offered':
      return (
        <Verdict is="good">
          {done}
          {gap}
          <Button className="button link-like" onPress={() => onUndo(undo.back)}>
            {file.undo}
          </Button>
        </Verdict>
      )
    case 'undone':
      return <Verdict is="good">{file.undone}</Verdict>
    case 'failed':
      return (
        <Verdict is="bad">
          {file.notUndone}
          {gap}
          {inSentences(undo.why)}
          {gap}
          {!isAmongChanges && (
            <a className="text-link" href={linkTo({ page: 'config' })}>
              {file.see}
            </a>
          )}
        </Verdict>
      )
  }
}
