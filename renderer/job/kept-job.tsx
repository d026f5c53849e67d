import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components'

import type { RunnerApi } from '../../main/contract/api.ts'
import type { JobDetail } from '../../main/contract/job.ts'
import { isDesktop, tellDesktop } from '../state/desktop.ts'
import type { AppState } from '../state/app-state.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { useReader } from '../ui/reader.tsx'
import { useNow } from '../ui/use-now.ts'

interface KeptJobProps {
  readonly job: JobDetail
  readonly state: Pick<AppState, 'connection' | 'grace'>
}

/** What stays of a job after its end, until when, and the way in. */
export function KeptJob({ job, state }: KeptJobProps) {
  const { words, format } = useReader()
  const now = useNow(15_000)
  const { kept, id, name } = job
  if (kept === undefined || (kept.until !== undefined && kept.until <= now)) return null
  const call = async (work: (api: RunnerApi) => Promise<void>) =>
    work(await state.connection.ready(AbortSignal.timeout(5000)))
  // A lost connection says so itself.
  const softly = (work: (api: RunnerApi) => Promise<void>) => void call(work).catch(() => {})
  if (kept.until === undefined) {
    return (
      <div className="kept">
        <span>{words.kept.willBe}</span>
        <Button className="button bare" onPress={() => softly((api) => api.releaseJob({ id }))}>
          {words.kept.dont}
        </Button>
      </div>
    )
  }
  return (
    <div className="kept">
      <span title={format.moment(kept.until)}>{words.kept.until(format.ago(kept.until, now))}</span>
      <Shell job={job} />
      <Button className="button" onPress={() => softly((api) => api.holdJob({ id }))}>
        {words.kept.longer}
      </Button>
      <Button
        className="button"
        onPress={() =>
          state.grace.ask({
            key: `release ${id}`,
            text: words.kept.removing(name),
            act: () => call((api) => api.releaseJob({ id })),
          })
        }
      >
        {words.kept.remove}
      </Button>
    </div>
  )
}

/** The application opens a terminal; a browser cannot, so it shows what to type into one. */
function Shell({ job }: { readonly job: JobDetail }) {
  const { words } = useReader()
  if (isDesktop()) {
    return (
      <Button className="button primary" onPress={() => tellDesktop({ type: 'open-shell', job: job.id })}>
        {words.kept.shell}
      </Button>
    )
  }
  const command = `drydock shell ${job.gitlabId}`
  return (
    <DialogTrigger>
      <Button className="button primary">{words.kept.shell}</Button>
      <Popover className="popover shell-popover" placement="bottom">
        <Dialog aria-label={words.kept.shell}>
          <p>{words.kept.type}</p>
          <div className="shell-command">
            <code>{command}</code>
            <CopyButton text={() => command} label={words.kept.copy} />
          </div>
          <p className="soft">{words.kept.typeHint}</p>
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}
