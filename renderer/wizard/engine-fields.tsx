import { Button } from 'react-aria-components'

import type { EngineChoice } from '../../main/contract/setup.ts'
import type { Connection } from '../state/connection.ts'
import { CheckBox } from '../ui/check-box.tsx'
import { Field } from '../ui/field.tsx'
import { useAnswer } from '../ui/use-answer.ts'
import { useReader } from '../ui/reader.tsx'

export type EngineAddress = Omit<EngineChoice, 'of'>

interface EngineFieldsProps {
  readonly connection: Connection
  readonly engine: EngineAddress
  readonly onChange: (engine: EngineAddress) => void
  /** The key's name in the file, where the file is what the reader looks at. */
  readonly tomlKeys?: boolean
}

/** Where an engine is, and the certificates it wants to see; with those that somebody named before to choose from. */
export function EngineFields({ connection, engine, onChange, tomlKeys = false }: EngineFieldsProps) {
  const { words } = useReader()
  const { docker } = words.setup
  const choices = useAnswer(connection, (api) => api.listEngines(undefined)).value ?? []
  // Whoever types an address that is known wants its certificates, too.
  const moveTo = (host: string) => {
    const known = choices.find((choice) => choice.host === host.trim())
    onChange(known ? addressOf(known) : { ...engine, host })
  }
  const others = choices.filter((choice) => !isSame(choice, engine))
  return (
    <>
      <Field
        label={docker.host}
        hint={docker.hostHint}
        value={engine.host}
        onChange={moveTo}
        mono
        {...(tomlKeys && { tomlKey: 'host' })}
      />
      {others.length > 0 && (
        <div className="choices" role="group" aria-label={docker.known}>
          {others.map((choice) => (
            <Button
              key={`${choice.host} ${choice.tlsCertPath}`}
              className="button"
              onPress={() => onChange(addressOf(choice))}
            >
              {docker.use(nameOf(choice))}
            </Button>
          ))}
        </div>
      )}
      {(engine.tlsVerify || isRemote(engine.host)) && (
        <CheckBox
          isSelected={engine.tlsVerify}
          onChange={(tlsVerify) => onChange({ ...engine, tlsVerify })}
          hint={engine.tlsVerify ? undefined : docker.plainHint}
        >
          {docker.tls}
        </CheckBox>
      )}
      {engine.tlsVerify && (
        <Field
          label={docker.certPath}
          hint={docker.certPathHint}
          value={engine.tlsCertPath}
          onChange={(tlsCertPath) => onChange({ ...engine, tlsCertPath })}
          mono
          {...(tomlKeys && { tomlKey: 'tls_cert_path' })}
        />
      )}
    </>
  )
}

const isRemote = (host: string) => /^(?:tcp|https?):\/\//.test(host)

const addressOf = ({ host, tlsVerify, tlsCertPath }: EngineChoice): EngineAddress => ({
  host,
  tlsVerify,
  tlsCertPath,
})

const isSame = (one: EngineAddress, other: EngineAddress) =>
  one.host === other.host && one.tlsVerify === other.tlsVerify && one.tlsCertPath === other.tlsCertPath

/** The name of a context or a runner says less than where it is. */
function nameOf({ host, of }: EngineChoice): string {
  return of.type === 'environment' ? `DOCKER_HOST (${host})` : `${of.name} (${host})`
}
