import { memo } from 'react'
import { Button, ToggleButton } from 'react-aria-components'
import { useStore } from 'zustand'

import { ansiText } from '../../main/contract/ansi.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { DownloadIcon, FoldIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { saveFile } from '../ui/save-file.ts'
import type { LogDocument } from './log-document.ts'

interface LogToolsProps {
  readonly follows: boolean
  readonly onFollow: (follows: boolean) => void
  readonly canFollow: boolean
  readonly areFolded: boolean
  readonly onFold: (() => void) | undefined
  readonly onFirstError: (() => void) | undefined
  readonly document: LogDocument
  readonly fileName: string
}

/** What can be done with a log besides searching it. */
export const LogTools = memo(function LogTools(props: LogToolsProps) {
  const { document } = props
  const { words, preferences } = useReader()
  const { logTimes, logWraps } = useStore(preferences)
  return (
    <>
      {props.onFirstError && (
        <Button className="chip tone-bad" onPress={props.onFirstError}>
          {words.log.firstError}
        </Button>
      )}
      <ToggleButton
        className="chip"
        isSelected={logTimes}
        onChange={(shows) => preferences.setState({ logTimes: shows })}
      >
        {words.log.times}
      </ToggleButton>
      <ToggleButton
        className="chip"
        isSelected={logWraps}
        onChange={(wraps) => preferences.setState({ logWraps: wraps })}
      >
        {words.log.wrap}
      </ToggleButton>
      {props.canFollow && (
        <ToggleButton className="chip" isSelected={props.follows} onChange={props.onFollow}>
          {words.log.follow}
        </ToggleButton>
      )}
      {props.onFold && (
        <Button
          className="button bare icon"
          aria-label={props.areFolded ? words.log.unfold : words.log.fold}
          onPress={props.onFold}
        >
          <FoldIcon />
        </Button>
      )}
      <CopyButton text={() => textOf(document)} label={words.log.copy} />
      <Button
        className="button bare icon"
        aria-label={words.log.download}
        // As it came, byte for byte.
        onPress={() => saveFile(document.raw.all(), props.fileName)}
      >
        <DownloadIcon />
      </Button>
    </>
  )
})

/** What is to be read: without timestamps, markers and colours. */
function textOf({ lines }: LogDocument): string {
  return Array.from({ length: lines.length }, (_, line) => ansiText(lines.at(line))).join('\n')
}
