import { useEffect, useState } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { useStore } from 'zustand'

import { exportFormats, type ExportFormat } from '../../main/contract/job-export.ts'
import type { Connection } from '../state/connection.ts'
import { createJobsExport } from '../state/export.ts'
import { filterOf, type HistoryState } from '../state/history.ts'
import { ClearIcon, DownloadIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { saveFile } from '../ui/save-file.ts'

interface ExportJobsProps {
  readonly state: HistoryState
  readonly connection: Connection
}

/** Saves the jobs that are found, however many, as a table for other programs. */
export function ExportJobs({ state, connection }: ExportJobsProps) {
  const { words, format } = useReader()
  const say = words.exportJobs
  const [saving] = useState(() => createJobsExport(connection, save))
  const now = useStore(saving.state)
  useEffect(() => () => saving.stop(), [saving])
  if (now.phase === 'writing') {
    return (
      <span className="export-progress soft" role="status">
        {say.writing(format.percent(now.total === 0 ? 0 : now.done / now.total))}
        <Button className="button bare icon" aria-label={say.stop} onPress={() => saving.stop()}>
          <ClearIcon size={12} />
        </Button>
      </span>
    )
  }
  const begin = (wanted: ExportFormat) => saving.begin({ ...filterOf(state), format: wanted })
  return (
    <>
      {now.phase === 'failed' && (
        <span className="tone-bad" role="alert">
          {say.failed(now.why)}
        </span>
      )}
      <MenuTrigger>
        <Button className="button bare icon" aria-label={say.title}>
          <DownloadIcon />
        </Button>
        <Popover className="popover filter-popover" placement="bottom end">
          <Menu aria-label={say.title} className="menu" onAction={(key) => begin(formatOf(key))}>
            {exportFormats.map((one) => (
              <MenuItem key={one} id={one} className="menu-item">
                {say.as[one]}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  )
}

const formatOf = (key: unknown): ExportFormat => exportFormats.find((one) => one === key) ?? 'csv'

const save = (file: Blob, format: ExportFormat) =>
  saveFile(file, `drydock-jobs-${new Date().toISOString().slice(0, 10)}.${format}`)
