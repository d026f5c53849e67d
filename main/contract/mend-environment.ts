/** `environment` is no shell: `$NAME` in a value is replaced once, and never by what the image has (config-toml.md §3.2). */

interface Entry {
  readonly name: string
  readonly value: string
}

function read(entry: string): Entry | undefined {
  const at = entry.indexOf('=')
  return at < 0 ? undefined : { name: entry.slice(0, at).trim(), value: entry.slice(at + 1) }
}

/** Whether an entry means a variable that only a shell of the job knows. */
export function wantsShell(entry: string): boolean {
  const { name = '', value = '' } = read(entry) ?? {}
  return /^[A-Za-z_]\w*$/.test(name) && /\$(?:\{\w|[A-Za-z_])/.test(value.replaceAll('$$', ''))
}

/** A PATH that means the image's loses it: the job finds no program at all. */
export const destroysPath = (entry: string) => read(entry)?.name === 'PATH' && wantsShell(entry)

export interface Moved {
  readonly environment: string[]
  readonly script: string
}

/**
 * The entry as a line of the script that runs before every job's, where the shell knows what it means. `PATH=$PATH` says
 * nothing and only goes.
 */
export function moveToScript(environment: readonly string[], index: number, script: string): Moved {
  const { name = '', value = '' } = read(environment[index] ?? '') ?? {}
  const rest = environment.toSpliced(index, 1)
  if (value === `$${name}` || value === `\${${name}}`) return { environment: rest, script }
  const quoted = value
    .replaceAll(/[\\"`]/g, (character) => `\\${character}`)
    // Two dollars are one, for `environment` and for the job alike.
    .replaceAll('$$', '\\$')
  return { environment: rest, script: `export ${name}="${quoted}"\n${script}` }
}

/** The folders that `PATH=…:$PATH` adds; nothing where the entry is not about PATH. */
export function foldersOfPath(entry: string): readonly string[] {
  const { name, value = '' } = read(entry) ?? {}
  if (name !== 'PATH') return []
  return value.split(':').filter((folder) => folder !== '' && !/^\$\{?PATH\}?$/.test(folder))
}
