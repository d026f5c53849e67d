import type { Option } from './option.ts'

export const configOption: Option = {
  names: ['config', 'c'],
  env: 'CONFIG_FILE',
  kind: 'text',
  help: 'The configuration file. Default: config.toml in /etc/gitlab-runner (root) or ~/.gitlab-runner.',
}

export const dataDirOption: Option = {
  names: ['data-dir'],
  env: 'DRYDOCK_DATA_DIR',
  kind: 'text',
  help: 'Where history, logs and journals are kept.',
}

export const jsonOption: Option = { names: ['json'], kind: 'flag', help: 'Print JSON to standard output.' }

/** Options in front of the command's name. */
export const globalOptions: readonly Option[] = [
  {
    names: ['debug'],
    env: 'RUNNER_DEBUG',
    kind: 'flag',
    help: 'Log everything; the same as --log-level debug.',
  },
  {
    names: ['log-level', 'l'],
    env: 'LOG_LEVEL',
    kind: 'text',
    help: 'panic, fatal, error, warning, info or debug. Default: info.',
  },
  { names: ['log-format'], env: 'LOG_FORMAT', kind: 'text', help: 'runner, text or json. Default: runner.' },
  {
    names: ['cpuprofile'],
    env: 'CPU_PROFILE',
    kind: 'text',
    help: 'Accepted and ignored; use node --cpu-prof.',
  },
  { names: ['help', 'h'], kind: 'flag', help: 'Show this.' },
  { names: ['version', 'v'], kind: 'flag', help: 'Show the version.' },
]
