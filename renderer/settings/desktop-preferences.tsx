import { useEffect, useState } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import { useStore } from 'zustand'

import type { DesktopPreferences } from '../../main/contract/desktop.ts'
import { tellDesktop, watchPreferences } from '../state/desktop.ts'
import { useReader } from '../ui/reader.tsx'
import { SwitchRow } from './switch-row.tsx'

type Toggle = {
  [K in keyof DesktopPreferences]: DesktopPreferences[K] extends boolean ? K : never
}[keyof DesktopPreferences]

const behaviour: readonly Toggle[] = ['startAtLogin', 'keepAwake', 'checkForUpdates', 'pauseOnBattery']
const notices: readonly Toggle[] = [
  'notifyJobFailed',
  'notifyJobPassed',
  'notifyEngineGone',
  'notifyTokenExpiring',
  'notifyDiskLow',
]

const nights = { from: '22:00', to: '07:00' } as const

/** What the tray's menu has too; where a desktop shows no tray, this is the only way to it. */
export function DesktopPreferencesSections() {
  const { words } = useReader()
  const [{ store, left }] = useState(() => {
    const left = new AbortController()
    return { left, store: watchPreferences(left.signal) }
  })
  useEffect(() => () => left.abort(), [left])
  const preferences = useStore(store)
  if (preferences === undefined) return null
  const prefer = (change: Partial<DesktopPreferences>) => tellDesktop({ type: 'prefer', change })
  const toggles = (names: readonly Toggle[]) =>
    names.map((name) => (
      <SwitchRow key={name} isOn={preferences[name]} onChange={(isOn) => prefer({ [name]: isOn })}>
        {words.settings.desktop[name]}
      </SwitchRow>
    ))
  const { quietHours, onClose } = preferences
  return (
    <>
      <section>
        <h2>{words.settings.desktop.title}</h2>
        {toggles(behaviour)}
        <SwitchRow
          isOn={onClose !== 'quit'}
          onChange={(stays) => prefer({ onClose: stays ? 'stay' : 'quit' })}
        >
          {words.settings.desktop.onClose}
        </SwitchRow>
        <SwitchRow
          isOn={quietHours !== null}
          onChange={(isOn) => prefer({ quietHours: isOn ? nights : null })}
        >
          {words.settings.desktop.quietHours}
        </SwitchRow>
        {quietHours !== null && (
          <>
            <TimeRow
              name={words.settings.desktop.from}
              value={quietHours.from}
              onChange={(from) => prefer({ quietHours: { ...quietHours, from } })}
            />
            <TimeRow
              name={words.settings.desktop.to}
              value={quietHours.to}
              onChange={(to) => prefer({ quietHours: { ...quietHours, to } })}
            />
          </>
        )}
      </section>
      <section>
        <h2>{words.settings.desktop.notify}</h2>
        {toggles(notices)}
      </section>
    </>
  )
}

interface TimeRowProps {
  readonly name: string
  readonly value: string
  readonly onChange: (value: string) => void
}

function TimeRow({ name, value, onChange }: TimeRowProps) {
  return (
    <TextField
      className="setting"
      value={value}
      // A time that is being typed has no value yet.
      onChange={(next) => next !== '' && onChange(next)}
    >
      <Label>{name}</Label>
      <Input type="time" className="input setting-input" />
    </TextField>
  )
}
