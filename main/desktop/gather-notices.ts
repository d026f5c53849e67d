import type { Clock } from '../engine/clock.ts'
import type { NoticeKind } from './notice-kind.ts'
import type { Notice } from './notices.ts'
import type { DesktopWords } from './words/en.ts'

export interface GatherParts {
  readonly clock: Clock
  /** Nobody wants to be disturbed now. */
  readonly isQuiet: () => boolean
  /** False for what has become untrue while it waited. */
  readonly stillHolds: (notice: Notice) => boolean
  readonly words: () => DesktopWords
  readonly show: (notice: Notice) => void
}

// A pipeline that breaks ends its jobs within moments of each other.
const gatherMs = 3000
const lookEveryMs = 60_000

/** Shows notices soon after they came: those of several jobs as one, and none in quiet hours, but after them. */
export function gatherNotices(parts: GatherParts, signal: AbortSignal): (notice: Notice) => void {
  const { clock, isQuiet, stillHolds, words, show } = parts
  let waiting: Notice[] = []

  async function showLater(): Promise<void> {
    await clock.sleep(gatherMs, signal)
    while (isQuiet()) await clock.sleep(lookEveryMs, signal)
    const due = waiting.filter(stillHolds)
    waiting = []
    for (const notice of together(due, words())) show(notice)
  }

  return (notice) => {
    waiting.push(notice)
    // The application leaves before they are due.
    if (waiting.length === 1) void showLater().catch(() => undefined)
  }
}

/** How many job names fit where notifications are cut. */
const mostNamed = 4

/** Several jobs are one notice, which opens their list. */
function together(notices: readonly Notice[], words: DesktopWords): Notice[] {
  const titles: Partial<Record<NoticeKind, (jobs: number) => string>> = {
    JobFailed: words.manyFailed,
    JobPassed: words.manyPassed,
  }
  const kinds = [...new Set(notices.map(({ kind }) => kind))]
  return kinds.flatMap((kind) => {
    const same = notices.filter((notice) => notice.kind === kind)
    const title = titles[kind]
    if (title === undefined || same.length === 1) return same
    const names = same.slice(0, mostNamed).map(({ about }) => about ?? '')
    const body = [...names, ...(same.length > mostNamed ? ['…'] : [])].join('\n')
    return [{ kind, title: title(same.length), body, path: '/#/jobs' }]
  })
}
