import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'

import { CheckIcon, CopyIcon } from './icons.tsx'
import { useReader } from './reader.tsx'

interface CopyButtonProps {
  readonly text: () => string
  readonly label: string
}

/** Puts a text on the clipboard, and says for a moment that it is there. */
export function CopyButton({ text, label }: CopyButtonProps) {
  const { words } = useReader()
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const over = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(over)
  }, [isCopied])
  const copy = async () => {
    await navigator.clipboard.writeText(text())
    setCopied(true)
  }
  return (
    <Button
      className="button bare icon"
      aria-label={isCopied ? words.log.copied : label}
      onPress={() => void copy().catch(() => {})}
    >
      {isCopied ? <CheckIcon /> : <CopyIcon />}
    </Button>
  )
}
