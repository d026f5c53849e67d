import type { EngineChoice, SetupDraft } from '../../contract/setup.ts'
import { distinctEndpoints, endpointKey, type EndpointSettings } from '../docker/endpoint.ts'
import type { SetupWorld } from './world.ts'

/** As `[runners.docker]` says it. */
export const engineOf = ({
  host,
  tlsVerify,
  tlsCertPath,
}: Pick<EngineChoice, 'host' | 'tlsVerify' | 'tlsCertPath'>): Required<EndpointSettings> => ({
  host,
  tls_verify: tlsVerify,
  tls_cert_path: tlsVerify ? tlsCertPath : '',
})

export const engineOfDraft = ({ dockerHost, ...tls }: SetupDraft): Required<EndpointSettings> =>
  engineOf({ host: dockerHost, ...tls })

/** Engines of runners, of `DOCKER_HOST` and of Docker's contexts, each once. */
export async function listEngines({
  store,
  knownEngines,
}: Pick<SetupWorld, 'store' | 'knownEngines'>): Promise<readonly EngineChoice[]> {
  const { runners } = store.current()
  const ofRunners = distinctEndpoints(runners).flatMap((settings) => {
    const runner = runners.find(({ docker }) => docker && endpointKey(docker) === endpointKey(settings))
    if (runner === undefined || settings.host === '') return []
    return [{ settings, of: { type: 'runner' as const, name: runner.name } }]
  })
  const known = (await knownEngines()).map(({ settings, context }) => ({
    settings,
    of:
      context === undefined ? { type: 'environment' as const } : { type: 'context' as const, name: context },
  }))
  const distinct = new Map(
    [...known, ...ofRunners].map((choice) => [endpointKey(choice.settings), choice] as const),
  )
  return [...distinct.values()].map(({ settings, of }) => ({
    host: settings.host,
    tlsVerify: settings.tls_verify,
    tlsCertPath: settings.tls_cert_path,
    of,
  }))
}

/**
 * What the file has to say so that jobs run on the engine the draft was tried on, also where the environment and the
 * selected context are others, as in a service.
 */
export async function engineToWrite(
  { knownEngines }: Pick<SetupWorld, 'knownEngines'>,
  draft: SetupDraft,
): Promise<Required<EndpointSettings>> {
  const chosen = engineOfDraft(draft)
  if (chosen.host !== '') return chosen
  return (await knownEngines()).find(({ isChosen }) => isChosen)?.settings ?? chosen
}

/** @param host as in `[runners.docker]` */
export const isOnThisComputer = (host: string) => host === '' || /^(?:unix|npipe):/.test(host)
