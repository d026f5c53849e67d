import type { ShellDoor } from '../contract/hold.ts'

/** Programs to try, each with its arguments; the first that is there opens. */
type Commands = readonly (readonly [program: string, ...args: string[]])[]

/** What is typed into a terminal to get into the container of a kept job. */
export function shellCommand(
  { endpoint, container, workingDir }: ShellDoor,
  platform: NodeJS.Platform,
): string[] {
  const shell =
    // Windows' own shell would read && as its own.
    platform === 'win32' ? ['sh'] : ['sh', '-c', 'command -v bash >/dev/null && exec bash || exec sh']
  return ['docker', '--host', endpoint, 'exec', '-it', '-w', workingDir, container, ...shell]
}

/** Ways to open a terminal that runs a command. */
export function terminals(platform: NodeJS.Platform, command: readonly string[]): Commands {
  if (platform === 'win32')
    return [
      ['wt.exe', ...command],
      ['cmd.exe', '/c', 'start', '""', ...command],
    ]
  if (platform === 'darwin') {
    const script = asAppleScript(command.map(quoted).join(' '))
    return [
      [
        'osascript',
        '-e',
        `tell application "Terminal" to do script ${script}`,
        '-e',
        'tell application "Terminal" to activate',
      ],
    ]
  }
  return [
    ['x-terminal-emulator', '-e', ...command],
    ['gnome-terminal', '--', ...command],
    ['konsole', '-e', ...command],
    ['xfce4-terminal', '-x', ...command],
    ['kitty', ...command],
    ['alacritty', '-e', ...command],
    ['xterm', '-e', ...command],
  ]
}

/** One word of a POSIX shell, whatever is in it. */
export const quoted = (word: string) =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

const asAppleScript = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** Starts a program that outlives us. @returns false where it is not installed. */
export type Launch = (program: string, args: readonly string[]) => Promise<boolean>

/** @returns false where no terminal was found. */
export async function openTerminal(
  platform: NodeJS.Platform,
  command: readonly string[],
  launch: Launch,
): Promise<boolean> {
  for (const [program, ...args] of terminals(platform, command)) {
    if (await launch(program, args)) return true
  }
  return false
}
