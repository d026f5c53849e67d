import type { Command } from './command.ts'

/** One line of `drydock --help`. A command's code, with what it imports, is loaded when it is asked for. */
export interface CommandRow {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<Command>
}

export const commands: readonly CommandRow[] = [
  {
    name: 'run',
    summary: 'Take jobs for the runners of the configuration until told to stop.',
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'serve',
    summary: 'Like run, with the application in the browser on this machine.',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    name: 'register',
    summary: 'Connect this machine to a GitLab runner and write it into the configuration.',
    load: async () => (await import('./commands/register.ts')).register,
  },
  {
    name: 'verify',
    summary: 'Ask GitLab whether the runners of the configuration are still known.',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'unregister',
    summary: 'Take a runner out of GitLab and out of the configuration.',
    load: async () => (await import('./commands/unregister.ts')).unregister,
  },
  {
    name: 'list',
    summary: 'Show the runners of the configuration.',
    load: async () => (await import('./commands/list.ts')).list,
  },
  {
    name: 'lint',
    summary: 'Look through the configuration for mistakes and traps.',
    load: async () => (await import('./commands/lint.ts')).lint,
  },
  {
    name: 'reset-token',
    summary: 'Have GitLab give a runner a new token, and put it into the configuration.',
    load: async () => (await import('./commands/reset-token.ts')).resetToken,
  },
  {
    name: 'run-single',
    summary: 'Take jobs for one runner given by options, one at a time.',
    load: async () => (await import('./commands/run-single.ts')).runSingle,
  },
  {
    name: 'status',
    summary: 'Show what a running Drydock is doing.',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'doctor',
    summary: 'Look for what would keep jobs from running.',
    load: async () => (await import('./commands/status.ts')).doctor,
  },
  {
    name: 'jobs',
    summary: 'Print the jobs that were run here, as CSV or JSON.',
    load: async () => (await import('./commands/jobs.ts')).jobs,
  },
  {
    name: 'disk',
    summary: 'Show what Drydock has on the disk.',
    load: async () => (await import('./commands/disk.ts')).disk,
  },
  {
    name: 'prune',
    summary: 'Remove the least recently used of it, down to the budget.',
    load: async () => (await import('./commands/prune.ts')).prune,
  },
  {
    name: 'toolchain',
    summary: 'Keep toolchains, give them to runners, and examine them in an image.',
    load: async () => (await import('./commands/toolchain.ts')).toolchain,
  },
  {
    name: 'shell',
    summary: 'Open a shell in what is kept of a failed job.',
    load: async () => (await import('./commands/shell.ts')).shell,
  },
  {
    name: 'service',
    summary: 'Have systemd, launchd or Docker run it in the background.',
    load: async () => (await import('./commands/service.ts')).service,
  },
  {
    name: 'demo',
    summary: 'Cross-compile a sample project with a toolchain mounted read-only.',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
]
