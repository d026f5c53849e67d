import type { RunnerApi } from '../../main/contract/api.ts'
import type { RunnerFile } from '../../main/contract/runner-file.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from '../state/connection.ts'
import { useReader } from '../ui/reader.tsx'
import { DiffDialog } from './diff-dialog.tsx'

interface UseImageProps {
  readonly connection: Connection
  readonly runnerKey: string
  readonly runnerName: string
  readonly image: string
  readonly onClose: () => void
}

/** Another default image for a runner, shown as config.toml will have it. */
export function UseImage({ connection, runnerKey, runnerName, image, onClose }: UseImageProps) {
  const { words } = useReader()
  const { diagnosis: say } = words.toolchains
  return (
    <DiffDialog
      connection={connection}
      question={JSON.stringify([runnerKey, image])}
      preview={async (api) => {
        const { form, revision, file } = await fileOf(api, runnerKey)
        const preview = await api.previewRunnerEdit({ key: runnerKey, form: { ...form, image } })
        const { before, after, problems } = preview
        return { revision, file, runners: [{ name: runnerName, before, after }], problems }
      }}
      save={async (api, basedOn) => {
        const { form } = await fileOf(api, runnerKey)
        await api.editRunner({ key: runnerKey, form: { ...form, image }, basedOn })
      }}
      title={say.imageTitle(image, runnerName)}
      lead={say.imageLead}
      action={words.runner.save}
      onClose={onClose}
    />
  )
}

/** The runner as the file has it at this moment. */
async function fileOf(api: RunnerApi, key: string): Promise<RunnerFile> {
  const read = new AbortController()
  for await (const file of api.watchRunnerFile({ key }, read.signal)) {
    read.abort()
    return file
  }
  throw new ApiError('unavailable', 'The connection to Drydock was lost')
}
