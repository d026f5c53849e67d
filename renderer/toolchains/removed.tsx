import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import { inWords } from '../../main/contract/toolchain.ts'
import type { AppState } from '../state/app-state.ts'
import { useReader } from '../ui/reader.tsx'
import { useAct } from './use-act.ts'

/** What was removed last, and the way back. */
export function Removed({ state }: { readonly state: AppState }) {
  const { words } = useReader()
  const removed = useStore(state.removedToolchain, ({ form }) => form)
  const act = useAct(state.connection)
  if (removed === undefined) return null
  const forget = () => state.removedToolchain.setState({ form: undefined })
  const undo = async () => {
    if (await act.run((api) => api.addToolchain({ form: removed }))) forget()
  }
  return (
    <div className="banner" role="status">
      <p>
        {words.toolchains.removed(inWords(removed))}{' '}
        <span className="soft">{words.toolchains.folderStays}</span>
        {act.trouble !== undefined && <span className="tone-bad"> {act.trouble}</span>}
      </p>
      <Button className="button" isDisabled={act.isBusy} onPress={() => void undo()}>
        {words.settings.undo}
      </Button>
      <Button className="button bare" onPress={forget}>
        {words.palette.close}
      </Button>
    </div>
  )
}
