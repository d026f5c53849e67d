export interface SectionMarker {
  readonly kind: 'start' | 'end'
  readonly name: string
  /** Seconds since the epoch. */
  readonly at: number
  readonly options: ReadonlyMap<string, string>
}

// job-execution.md §2.3: no line end after a marker, so several may precede the text of a line.
// oxlint-disable-next-line no-control-regex -- the markers are made of control characters
const marker = /section_(start|end):(\d{1,12}):([\w.-]{1,255})(?:\[([^\]\r]{0,500})\])?\r\x1b\[0K/g

/** Takes the section markers out of a line. */
export function takeSections(content: string): { text: string; markers: readonly SectionMarker[] } {
  if (!content.includes('section_')) return { text: content, markers: none }
  const markers: SectionMarker[] = []
  const text = content.replace(marker, (_, kind: 'start' | 'end', at: string, name: string, options = '') => {
    markers.push({ kind, name, at: Number(at), options: parseOptions(options as string) })
    return ''
  })
  return { text, markers }
}

const none: readonly SectionMarker[] = []

function parseOptions(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((option) => {
      const [key = '', value = ''] = option.split('=')
      return [key.trim(), value.trim()]
    }),
  )
}
