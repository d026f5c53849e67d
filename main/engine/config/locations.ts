import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly isRoot: boolean
  /** Empty where the user has none. */
  readonly home: string
  readonly workingDir: string
}

export const ourSurroundings = (): Surroundings => ({
  environment: process.env,
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  home: homedir(),
  workingDir: process.cwd(),
})

/** Where gitlab-runner keeps its things, so that both read the same file (config-toml.md §1). */
export function configDirectory({ isRoot, home, workingDir, platform }: Surroundings): string {
  if (isRoot && platform !== 'win32') return '/etc/gitlab-runner'
  return home === '' ? workingDir : join(home, '.gitlab-runner')
}

/** @param given of `--config`; wins over `CONFIG_FILE`. Relative paths start at the working directory. */
export function configFile(given: string | undefined, around: Surroundings): string {
  const chosen = given ?? around.environment['CONFIG_FILE'] ?? ''
  return chosen === '' ? join(configDirectory(around), 'config.toml') : resolve(around.workingDir, chosen)
}

/** Not beside a custom `--config` file (config-toml.md §1). */
export const certsDirectory = (around: Surroundings) => join(configDirectory(around), 'certs')

/**
 * History, logs and journals: `--data-dir`, `DRYDOCK_DATA_DIR`, else what the platform has for it. Root's are the
 * machine's.
 */
export function dataDirectory(given: string | undefined, around: Surroundings): string {
  const { environment, platform, home, isRoot, workingDir } = around
  const chosen = given ?? environment['DRYDOCK_DATA_DIR'] ?? ''
  if (chosen !== '') return resolve(workingDir, chosen)
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Drydock')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Drydock')
  const xdg = environment['XDG_DATA_HOME'] ?? ''
  // The XDG specification has relative paths ignored.
  if (isAbsolute(xdg)) return join(xdg, 'drydock')
  if (isRoot) return '/var/lib/drydock'
  return home === '' ? join(workingDir, '.drydock') : join(home, '.local', 'share', 'drydock')
}
