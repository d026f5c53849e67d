import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface Need {
  /** Programs that must be there; any of those separated by `|`. */
  readonly programs: readonly string[]
  /** Debian's packages that bring them. */
  readonly packages: readonly string[]
}

/** What tests need beyond npm's packages. */
const needs = {
  git: { programs: ['git'], packages: ['git'] },
  shells: { programs: ['bash', 'dash', 'busybox'], packages: ['bash', 'dash', 'busybox-static'] },
  archivers: { programs: ['zip', 'unzip', 'zstd', 'tar'], packages: ['zip', 'unzip', 'zstd', 'tar'] },
  docker: { programs: ['dockerd', 'iptables'], packages: ['docker.io', 'iptables'] },
  podman: {
    programs: ['podman', 'conmon', 'runc'],
    packages: ['podman', 'conmon', 'runc', 'containernetworking-plugins'],
  },
  installers: { programs: ['makensis', 'desktop-file-validate'], packages: ['nsis', 'desktop-file-utils'] },
  chromium: { programs: ['chromium'], packages: ['chromium', 'fonts-noto-cjk'] },
} as const satisfies Record<string, Need>

let listsAreFresh = false

/** Makes sure that something is there, installing it on Debian as root. @returns what is missing, in words. */
export function provide(name: keyof typeof needs): string | undefined {
  const need: Need = needs[name]
  const missing = () => need.programs.filter((program) => !isInstalled(program))
  if (missing().length === 0) return undefined
  const command = `apt-get install -y ${need.packages.join(' ')}`
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    return `Missing: ${missing().join(', ')}. On Debian or Ubuntu, as root: ${command}`
  }
  console.log(`Installing ${need.packages.join(', ')} …`)
  if (!listsAreFresh) apt('update', '-q')
  listsAreFresh = true
  apt('install', '-y', '-q', '--no-install-recommends', ...need.packages)
  return missing().length === 0 ? undefined : `Missing: ${missing().join(', ')}. This failed: ${command}`
}

function apt(...args: readonly string[]): void {
  spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}
