import { basename, dirname, join } from 'node:path'

import type { Service, ServiceRequest } from './service.ts'

/** Where root's configuration and data are, also in the container. */
const inside = {
  config: '/etc/gitlab-runner',
  data: '/var/lib/drydock',
  socket: '/var/run/docker.sock',
} as const

/** A container that is given the configuration's folder and the engine's socket. */
export function composeFile(request: ServiceRequest): Service {
  const file = join(dirname(request.configFile), 'compose.yaml')
  const compose = ['docker', 'compose', '--file', file] as const
  return {
    file,
    text: composeText(request),
    folders: [dirname(request.configFile), request.dataDir],
    start: [[...compose, 'up', '--detach', '--build']],
    stop: [[...compose, 'down']],
    forget: [],
    advice: [
      `Its log: docker compose --file ${file} logs --follow`,
      "Paths of volumes in the configuration are the machine's, as always: Docker mounts them, not the container.",
    ],
  }
}

function composeText(request: ServiceRequest): string {
  const { version, root, configFile, dataDir, stopTimeout, environment } = request
  const socket = dockerSocket(environment)
  // The engine is reached by its socket, and paths of the machine mean nothing in there: only the proxies are left.
  const variables = Object.entries(environment).filter(([name]) => /_proxy$/i.test(name))
  return `name: drydock
services:
  drydock:
    image: ${scalar(`drydock:${version}`)}
    build:
      context: ${scalar(root)}
      dockerfile: resources/service/Dockerfile
    command: [run, --config, ${scalar(`${inside.config}/${basename(configFile)}`)}, --data-dir, ${inside.data}]
    init: true
    restart: always
    stop_signal: SIGQUIT
    stop_grace_period: ${stopTimeout}s
${onThisMachine(request)}${variables.length === 0 ? '' : `    environment:\n${variables.map(([name, value]) => `      ${name}: ${scalar(value)}\n`).join('')}`}    volumes:
${bind(dirname(configFile), inside.config)}${bind(dataDir, inside.data)}${bind(socket, inside.socket)}`
}

/** @returns the socket that a shell's environment names, or Docker's usual one. */
export const dockerSocket = ({ DOCKER_HOST: host = '' }: Readonly<Record<string, string>>): string =>
  /^unix:\/\/(\/.+)$/.exec(host)?.[1] ?? inside.socket

/**
 * On Linux the container shares the machine's network, so that the application and `drydock status` find its engine as
 * they find any other, and its user, so that they may read what it writes. Elsewhere both are a virtual machine's. With
 * rootless Docker the container's root is that user already.
 */
function onThisMachine({ platform, isRoot, uid, gid, socketOwner }: ServiceRequest): string {
  if (platform !== 'linux') return ''
  const network = '    network_mode: host\n'
  if (isRoot || socketOwner?.uid !== 0) return network
  return `${network}    user: "${uid}:${gid}"\n    group_add: ["${socketOwner.gid}"]\n`
}

const bind = (source: string, target: string) => `      - type: bind
        source: ${scalar(source)}
        target: ${target}
`

/** JSON is YAML; Compose reads `$` as the start of a variable. */
const scalar = (text: string) => JSON.stringify(text.replaceAll('$', '$$$$'))
