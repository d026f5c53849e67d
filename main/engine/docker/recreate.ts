import { maskedValues } from '../variables/masked-values.ts'
import { type BuildRecipe, entrypointOf, wishOf } from './build-container.ts'
import { specOf } from './create-container.ts'
import { dockerRun } from './docker-run.ts'
import type { EngineAbout } from './port.ts'
import type { Site } from './site.ts'

// What the runner itself decides, and a script cannot do without.
const ownVariables = ['CI_PROJECT_DIR', 'CI_BUILDS_DIR']

/**
 * A command that makes a container like the one of the job's scripts, with a shell in it: the same image, mounts,
 * user, limits, and the environment of its toolchains. Of all other variables only the names are in it, for any of
 * them may be a secret. What goes with the job is left out: its services, its network, volumes of its own.
 */
export async function recreateCommand(site: Site, recipe: BuildRecipe): Promise<string> {
  const { context, docker, volumes, engine } = site
  const wish = wishOf(site, recipe)
  const { Hostname, User, Image, HostConfig } = await specOf(site, wish)
  const { NetworkMode = '', ExtraHosts: _, SecurityOpt: __, Binds = [], ...options } = HostConfig
  const ownVolumes = volumes.volumes.filter(({ temporary }) => temporary)
  const isOwn = (bind: string) => ownVolumes.some(({ spec }) => bind.startsWith(`${spec.Name}:`))
  const layerOf = (bind: string) => volumes.layers.find(({ merged }) => bind.startsWith(`${merged.Name}:`))
  const binds = Binds.map((bind) => {
    const layer = layerOf(bind)
    const target = bind.split(':')[1] ?? ''
    if (layer !== undefined) return `${layer.folder}:${target}:ro`
    // An anonymous one, which goes with the container.
    return isOwn(bind) ? target : bind
  })
  const toolchains = context.toolchains ?? []
  const variables = {
    ...Object.fromEntries(ownVariables.map((name) => [name, context.variables.get(name)])),
    ...Object.assign({}, ...toolchains.map(({ variables }) => variables)),
  } as Record<string, string>
  const exports = toolchains.flatMap(({ exports }) => exports)
  const text = dockerRun({
    program: programOf(engine.about),
    spec: {
      Image,
      ...(Hostname !== undefined && { Hostname }),
      ...(User !== undefined && { User }),
      HostConfig: {
        ...options,
        ...(binds.length > 0 && { Binds: binds }),
        ...(NetworkMode !== '' && NetworkMode === docker.network_mode && { NetworkMode }),
        ...(docker.extra_hosts.length > 0 && { ExtraHosts: docker.extra_hosts }),
        // As configured: a profile is read from its file by docker itself.
        ...(docker.security_opt.length > 0 && { SecurityOpt: docker.security_opt }),
      },
    },
    platform: wish.platform,
    workingDir: context.dirs.project,
    variables,
    names: [...new Set(context.variables.list.map(({ key }) => key))]
      .filter((name) => !(name in variables) && !/^(FF_|CI_SERVER_TLS_)/.test(name))
      .sort(),
    entrypoint: entrypointOf(site),
    command: exports.length === 0 ? ['sh'] : ['sh', '-c', [...exports, 'exec sh'].join('; ')],
  })
  return maskedValues(context).reduce((rest, secret) => rest.replaceAll(secret, '[MASKED]'), text)
}

const usualSockets = ['unix:///var/run/docker.sock', 'unix:///run/docker.sock']

function programOf({ product, endpoint }: EngineAbout): readonly string[] {
  if (product === 'Podman') return ['podman']
  return usualSockets.includes(endpoint) ? ['docker'] : ['docker', '--host', endpoint]
}
