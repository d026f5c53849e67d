import { useEffect, useEffectEvent } from 'react'
import { Button } from 'react-aria-components'
import { useStore } from 'zustand'

import type { Grace, Held } from '../state/grace.ts'
import { useReader } from '../ui/reader.tsx'
import './grace.css'

/** What is about to happen, over the foot of the page, each with its way back. */
export function GraceBar({ grace }: { readonly grace: Grace }) {
  const { words } = useReader()
  const held = useStore(grace.held)
  useUndoKey(grace)
  return (
    <section className="grace-bar" aria-label={words.grace.label}>
      <div role="status">
        {held.map((one) => (
          <HeldRow key={one.id} held={one} grace={grace} />
        ))}
      </div>
    </section>
  )
}

function HeldRow({ held: { id, text, phase }, grace }: { readonly held: Held; readonly grace: Grace }) {
  const { words, inSentences } = useReader()
  const isOpen = phase.kind === 'waiting' || phase.kind === 'resting'
  return (
    <div
      className="grace"
      data-phase={phase.kind}
      onPointerEnter={() => grace.rest(id)}
      onPointerLeave={() => grace.goOn(id)}
      onFocus={() => grace.rest(id)}
      onBlur={() => grace.goOn(id)}
    >
      <span>
        {text}
        {phase.kind === 'failed' && <span className="tone-bad"> {inSentences(phase.why)}</span>}
      </span>
      {isOpen && (
        <Button className="button bare" onPress={() => grace.undo(id)}>
          {words.grace.undo}
        </Button>
      )}
      {phase.kind === 'doing' && <span className="soft">{words.grace.doing}</span>}
      {phase.kind === 'failed' && (
        <Button className="button bare" onPress={() => grace.undo(id)}>
          {words.grace.dismiss}
        </Button>
      )}
    </div>
  )
}

/** Ctrl+Z takes the latest back, where no field of text has an undo of its own. */
function useUndoKey(grace: Grace): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 'z') return
    if (event.target instanceof HTMLElement && event.target.closest('input, textarea') !== null) return
    if (grace.held.getState().length === 0) return
    event.preventDefault()
    grace.undoLast()
  })
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => press(event)
    const onLeave = () => grace.doAll()
    window.addEventListener('keydown', onKey)
    window.addEventListener('pagehide', onLeave)
    return () => {
      window.removeEventListener('keydown', onKey)
      window.removeEventListener('pagehide', onLeave)
    }
  }, [grace])
}
