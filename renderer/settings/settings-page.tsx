import { useState, type ReactNode } from 'react'
import { Button, ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useStore } from 'zustand'

import type { AppSettings, SettingsChange } from '../../main/contract/app-settings.ts'
import { ApiError } from '../../main/contract/table.ts'
import type { Connection } from '../state/connection.ts'
import type { Preferences, Theme } from '../state/preferences.ts'
import { linkTo } from '../state/route.ts'
import { isDesktop } from '../state/desktop.ts'
import { Failed } from '../ui/failed.tsx'
import { Notice } from '../ui/notice.tsx'
import { useReader } from '../ui/reader.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { languages, type Language } from '../words/languages.ts'
import { DesktopPreferencesSections } from './desktop-preferences.tsx'
import { NumberRow } from './number-row.tsx'
import { SwitchRow } from './switch-row.tsx'
import './settings.css'

const themes: readonly Theme[] = ['system', 'light', 'dark']

export function SettingsPage({ connection }: { readonly connection: Connection }) {
  const { words } = useReader()
  const settings = useAnswer(connection, (api) => api.readSettings(undefined))
  return (
    <div className="page" data-page="settings">
      <header className="page-head">
        <h1>{words.nav.settings}</h1>
      </header>
      <div className="page-body settings">
        <Appearance />
        {isDesktop() && <DesktopPreferencesSections />}
        {settings.value === undefined && settings.error === undefined && (
          <Notice>{words.settings.loading}</Notice>
        )}
        {settings.error !== undefined && (
          <Failed why={settings.error} onAgain={settings.askAgain}>
            {words.settings.failed}
          </Failed>
        )}
        {settings.value !== undefined && (
          <EngineSettings connection={connection} settings={settings.value} onChanged={settings.put} />
        )}
      </div>
    </div>
  )
}

function Appearance() {
  const { words, preferences } = useReader()
  const state = useStore(preferences)
  const set = (change: Partial<Preferences>) => preferences.setState(change)
  return (
    <section>
      <h2>{words.preferences.title}</h2>
      <Row name={words.preferences.theme}>
        <Choices
          label={words.preferences.theme}
          chosen={state.theme}
          choices={themes.map((theme) => [theme, words.preferences[theme]])}
          onChoose={(theme) => set({ theme })}
        />
      </Row>
      <Row name={words.preferences.language}>
        <Choices
          label={words.preferences.language}
          chosen={state.language}
          choices={(Object.keys(languages) as Language[]).map((name) => [name, languages[name].language])}
          onChoose={(language) => set({ language })}
        />
      </Row>
      <SwitchRow isOn={state.logFollows} onChange={(logFollows) => set({ logFollows })}>
        {words.settings.follow}
      </SwitchRow>
      <SwitchRow isOn={state.logWraps} onChange={(logWraps) => set({ logWraps })}>
        {words.settings.wrap}
      </SwitchRow>
      <SwitchRow isOn={state.letterKeys} onChange={(letterKeys) => set({ letterKeys })}>
        {words.palette.letters}
      </SwitchRow>
    </section>
  )
}

interface EngineSettingsProps {
  readonly connection: Connection
  readonly settings: AppSettings
  readonly onChanged: (settings: AppSettings) => void
}

/** Each change is written at once, and the last one can be taken back. */
function EngineSettings({ connection, settings, onChanged }: EngineSettingsProps) {
  const { words, inSentences } = useReader()
  const [undo, setUndo] = useState<SettingsChange>()
  const [problem, setProblem] = useState<string>()
  const change = async (next: SettingsChange, before: SettingsChange | undefined) => {
    setProblem(undefined)
    try {
      const api = await connection.ready(AbortSignal.timeout(5000))
      onChanged(await api.changeSettings(next))
      setUndo(before)
    } catch (error) {
      setProblem(error instanceof ApiError ? inSentences(error.message) : words.connection.lost)
    }
  }
  const set = <K extends keyof SettingsChange & keyof AppSettings>(key: K, value: AppSettings[K]) =>
    void change({ [key]: value }, { [key]: settings[key] })
  return (
    <>
      <section>
        <h2>{words.settings.jobs}</h2>
        <NumberRow
          name={words.settings.concurrent}
          hint={settings.configFile === undefined ? words.settings.commandLine : 'concurrent'}
          value={settings.concurrent}
          least={1}
          isDisabled={settings.configFile === undefined}
          onChange={(value) => set('concurrent', value)}
        />
        <SwitchRow isOn={settings.holdOnFailure} onChange={(isOn) => set('holdOnFailure', isOn)}>
          {words.settings.hold}
        </SwitchRow>
        <NumberRow
          name={words.settings.holdMinutes}
          hint="hold_minutes"
          value={settings.holdMinutes}
          least={1}
          onChange={(value) => set('holdMinutes', value)}
        />
      </section>
      <section>
        <h2>{words.settings.kept}</h2>
        <NumberRow
          name={words.settings.keepJobs}
          hint={words.settings.zero('keep_jobs_days')}
          value={settings.keepJobsDays}
          least={0}
          onChange={(value) => set('keepJobsDays', value)}
        />
        <NumberRow
          name={words.settings.keepLogs}
          hint={words.settings.zero('keep_logs_gib')}
          value={settings.keepLogsGib}
          least={0}
          onChange={(value) => set('keepLogsGib', value)}
        />
        <NumberRow
          name={words.settings.budget}
          hint={words.settings.zero('disk_budget_gib')}
          value={settings.diskBudgetGib}
          least={0}
          onChange={(value) => set('diskBudgetGib', value)}
        />
        <NumberRow
          name={words.settings.reserve}
          hint={words.settings.zero('free_space_reserve_gib')}
          value={settings.freeSpaceReserveGib}
          least={0}
          onChange={(value) => set('freeSpaceReserveGib', value)}
        />
      </section>
      <p className="soft settings-files">
        {words.settings.files} <code>{settings.settingsFile}</code>
        {settings.configFile !== undefined && (
          <>
            {' · '}
            <code>{settings.configFile}</code>{' '}
            <a className="text-link" href={linkTo({ page: 'config' })}>
              {words.runner.file.see}
            </a>
          </>
        )}
      </p>
      {problem !== undefined && (
        <p role="alert" className="tone-bad">
          {problem}
        </p>
      )}
      {undo !== undefined && (
        <div className="undo" role="status">
          {words.settings.saved}
          <Button className="button bare" onPress={() => void change(undo, undefined)}>
            {words.settings.undo}
          </Button>
        </div>
      )}
    </>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="setting">
      <span>{name}</span>
      {children}
    </div>
  )
}

interface ChoicesProps<T extends string> {
  readonly label: string
  readonly chosen: T
  readonly choices: readonly (readonly [id: T, text: string])[]
  readonly onChoose: (id: T) => void
}

function Choices<T extends string>({ label, chosen, choices, onChoose }: ChoicesProps<T>) {
  return (
    <ToggleButtonGroup
      className="chips"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={([key]) => onChoose(choices.find(([id]) => id === key)?.[0] ?? chosen)}
    >
      {choices.map(([id, text]) => (
        <ToggleButton key={id} id={id} className="chip">
          {text}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
