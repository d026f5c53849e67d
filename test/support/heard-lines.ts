import type { JobOutput } from '../../main/engine/job/ports.ts'

/** The runner's own lines of a job, each with its kind; what stages print is not heard. */
export function heardLines(): { readonly output: JobOutput; readonly lines: readonly string[] } {
  const lines: string[] = []
  const line = (kind: string) => async (words: string) => void lines.push(`${kind}: ${words}`)
  const output: JobOutput = {
    plain: line('plain'),
    info: line('info'),
    warning: line('warning'),
    error: line('error'),
    section: async () => async () => {},
    stream: () => ({ write: async () => {}, end: async () => {} }),
  }
  return { output, lines }
}
