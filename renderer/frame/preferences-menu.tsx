import {
  Button,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  type Selection,
} from 'react-aria-components'
import { useStore } from 'zustand'

import type { Preferences, Theme } from '../state/preferences.ts'
import { AppearanceIcon, CheckIcon } from '../ui/icons.tsx'
import { useReader } from '../ui/reader.tsx'
import { languages, type Language } from '../words/languages.ts'

const themes: readonly Theme[] = ['system', 'light', 'dark']

export function PreferencesMenu() {
  const { words, preferences } = useReader()
  const { theme, language } = useStore(preferences)
  const choose = (key: keyof Preferences) => (selection: Selection) => {
    if (selection === 'all') return
    const [value] = selection
    if (value !== undefined) preferences.setState({ [key]: value })
  }
  return (
    <MenuTrigger>
      <Button className="button bare icon" aria-label={words.preferences.title}>
        <AppearanceIcon />
      </Button>
      <Popover className="popover" placement="top end">
        <Menu className="menu" aria-label={words.preferences.title}>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[theme]}
            onSelectionChange={choose('theme')}
          >
            <Header>{words.preferences.theme}</Header>
            {themes.map((name) => (
              <Choice key={name} id={name} text={words.preferences[name]} />
            ))}
          </MenuSection>
          <MenuSection
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[language]}
            onSelectionChange={choose('language')}
          >
            <Header>{words.preferences.language}</Header>
            {(Object.keys(languages) as Language[]).map((name) => (
              <Choice key={name} id={name} text={languages[name].language} lang={name} />
            ))}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

interface ChoiceProps {
  readonly id: string
  readonly text: string
  readonly lang?: string
}

function Choice({ id, text, lang }: ChoiceProps) {
  return (
    <MenuItem id={id} className="menu-item" textValue={text}>
      {({ isSelected }) => (
        <>
          <span lang={lang}>{text}</span>
          {isSelected && <CheckIcon />}
        </>
      )}
    </MenuItem>
  )
}
