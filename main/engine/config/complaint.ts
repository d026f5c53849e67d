/** What is wrong with one value, before anyone knows where it stands. Never holds a secret. */
export interface Complaint {
  readonly message: string
  readonly remedy?: string
  readonly severity: 'error' | 'warning'
}

/** A complaint about the key at `path`, such as `runners[0].docker.image`. */
export interface Finding extends Complaint {
  readonly path: string
}

export const fault = (message: string, remedy?: string): Complaint => ({
  message,
  ...(remedy !== undefined && { remedy }),
  severity: 'error',
})

export const hint = (message: string, remedy?: string): Complaint => ({
  ...fault(message, remedy),
  severity: 'warning',
})

/** Last name of a path without its index, spelt as in the file: `runners[0].docker.dns[1]` → `dns`. */
export function keyOf(path: string): string {
  const name = path.replace(/(?:\[\d+\])+$/, '')
  return /"(?:[^"\\]|\\.)*"$/.exec(name)?.[0] ?? name.slice(name.lastIndexOf('.') + 1)
}
