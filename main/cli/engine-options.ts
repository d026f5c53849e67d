import type { Option } from './option.ts'

/** What gitlab-runner's service managers pass to `run`; it is accepted so that units written for it work. */
export const runOptions: readonly Option[] = [
  {
    names: ['listen-address'],
    env: 'LISTEN_ADDRESS',
    kind: 'text',
    help: 'Where metrics are served, HOST:PORT; wins over the configuration.',
  },
  { names: ['working-directory', 'd'], kind: 'text', help: 'Go there first.' },
  { names: ['user', 'u'], kind: 'text', help: 'Accepted and ignored: it is for the shell executor.' },
  { names: ['service', 'n'], kind: 'text', help: 'Accepted and ignored: the name of the service.' },
  {
    names: ['syslog'],
    env: 'LOG_SYSLOG',
    kind: 'flag',
    help: 'Accepted and ignored: the log goes to stderr.',
  },
]
