import { describe, expect, it } from 'vitest'

import {
  certsDirectory,
  configFile,
  dataDirectory,
  type Surroundings,
} from '../../../main/engine/config/locations.ts'

const user: Surroundings = {
  environment: {},
  platform: 'linux',
  isRoot: false,
  home: '/home/me',
  workingDir: '/desk',
}
const root = { ...user, isRoot: true, home: '/root' }

describe('where things are', () => {
  it.each([
    ['for a user', user, '/home/me/.gitlab-runner/config.toml', '/home/me/.local/share/drydock'],
    ['for root', root, '/etc/gitlab-runner/config.toml', '/var/lib/drydock'],
    ['without a home', { ...user, home: '' }, '/desk/config.toml', '/desk/.drydock'],
    [
      'on a Mac',
      { ...user, platform: 'darwin' as const },
      '/home/me/.gitlab-runner/config.toml',
      '/home/me/Library/Application Support/Drydock',
    ],
    [
      'with CONFIG_FILE',
      { ...user, environment: { CONFIG_FILE: 'a/b.toml' } },
      '/desk/a/b.toml',
      '/home/me/.local/share/drydock',
    ],
    [
      'with XDG_DATA_HOME',
      { ...user, environment: { XDG_DATA_HOME: '/x' } },
      '/home/me/.gitlab-runner/config.toml',
      '/x/drydock',
    ],
    [
      'with a relative XDG_DATA_HOME',
      { ...user, environment: { XDG_DATA_HOME: 'x' } },
      '/home/me/.gitlab-runner/config.toml',
      '/home/me/.local/share/drydock',
    ],
    [
      'with DRYDOCK_DATA_DIR',
      { ...root, environment: { DRYDOCK_DATA_DIR: 'd', XDG_DATA_HOME: '/x' } },
      '/etc/gitlab-runner/config.toml',
      '/desk/d',
    ],
  ])('%s', (_, around, config, data) => {
    expect([configFile(undefined, around), dataDirectory(undefined, around)]).toEqual([config, data])
  })

  it('what is given wins over the environment', () => {
    const around = { ...user, environment: { CONFIG_FILE: '/env.toml', DRYDOCK_DATA_DIR: '/env' } }
    expect([configFile('given.toml', around), dataDirectory('given', around)]).toEqual([
      '/desk/given.toml',
      '/desk/given',
    ])
  })

  it('certificates are not beside a file of one’s own choice', () => {
    expect(certsDirectory({ ...user, environment: { CONFIG_FILE: '/srv/config.toml' } })).toBe(
      '/home/me/.gitlab-runner/certs',
    )
  })
})
