import type { ReactNode } from 'react'
import { Switch } from 'react-aria-components'

interface SwitchRowProps {
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  readonly children: ReactNode
}

export function SwitchRow({ isOn, onChange, children }: SwitchRowProps) {
  return (
    <Switch className="switch setting" isSelected={isOn} onChange={onChange}>
      <span>{children}</span>
      <span className="switch-track" />
    </Switch>
  )
}
