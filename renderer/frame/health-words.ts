import type { AppStatus, DockerStatus } from '../../main/contract/status.ts'
import type { Words } from '../words/en.ts'

/** Whether jobs are taken, and how many run. */
export function busyInWords({ paused, hindrance, running, concurrent }: AppStatus, words: Words): string {
  if (paused) return words.health.paused
  if (hindrance !== undefined && running === 0) return words.health.hindered
  return words.health.busy(running, concurrent)
}

export function dockerInWords(docker: DockerStatus, words: Words): string {
  switch (docker.state) {
    case 'ready':
      // What a distribution adds, as in 20.10.24+dfsg1, stands in the diagnostics.
      return words.health.dockerReady(docker.product, docker.version.replace(/[+~].*$/, ''))
    case 'unreachable':
      return words.health.dockerGone
    case 'unknown':
      return words.health.dockerUnknown
  }
}
