import { timestampLength, timestampOf } from '../../main/contract/log-timestamp.ts'

/**
 * `readableLog` without the lines about images: two containers are prepared side by side, so their order is not fixed.
 */
export function wholeLog(log: Buffer): string {
  return readableLog(log)
    .split('\n')
    .filter(
      (line) => !/^Using (helper image|effective pull policy|locally found image|docker image) ?/.test(line),
    )
    .join('\n')
}

/** A log as people read it: whole lines, without timestamps, section markers and colours, volatile parts named. */
export function readableLog(log: Buffer): string {
  return nameVolatile(withoutDecoration(joinRecords(log.toString()).join('\n'))).replaceAll('\r', '<CR>')
}

/** Every byte of a log, control characters made visible, volatile parts named. */
export function visibleLog(log: Buffer): string {
  const text = log
    .toString()
    .replaceAll('\u001b', '<ESC>')
    .replaceAll('\r', '<CR>')
    .replaceAll(/^\d{4}-\d\d-\d\dT[\d:.]{15}Z(?= )/gm, '<time>')
    .replaceAll(/(section_(?:start|end):)\d+/g, '$1<time>')
  return nameVolatile(text)
}

/** The lines a timestamped log holds: records that go on are put together again (job-execution.md §9.4). */
function joinRecords(text: string): readonly string[] {
  const lines: string[] = []
  const latest = new Map<string, number>()
  for (const record of text.split('\n')) {
    const stamp = timestampOf(record)
    if (stamp === undefined) {
      lines.push(record)
      continue
    }
    const stream = `${stamp.stream}${stamp.type}`
    const content = record.slice(timestampLength)
    const before = latest.get(stream)
    if (stamp.continues && before !== undefined) lines[before] += content
    else latest.set(stream, lines.push(content) - 1)
  }
  return lines
}

// Control characters are what is taken out.
// oxlint-disable no-control-regex
function withoutDecoration(text: string): string {
  return text
    .replaceAll(/section_(?:start|end):\d+:[\w.-]+(?:\[[^\]]*\])?\r\u001B\[0K/g, '')
    .replaceAll(/\u001B\[[0-9;]*[mK]/g, '')
}
// oxlint-enable no-control-regex

const volatile: readonly (readonly [RegExp, string])[] = [
  [/(Running with )drydock \S+ \(gitlab-runner [^)]*\)/g, '$1drydock <version>'],
  [/(  on \S.*?) [\w-]{9}, system ID: \w+/g, '$1 <token>, system ID: <id>'],
  [/(HEAD is now at )[0-9a-f]{7,}/g, '$1<sha>'],
  [/(Running on )\S+( via )\S+\.\.\./g, '$1<container>$2<host>...'],
  [/(Gitaly correlation ID: )[\w-]+/g, '$1<id>'],
  [/(Using docker image )(?:sha256:)?[0-9a-f]{12,64}/g, '$1<id>'],
  [/(Checking out )[0-9a-f]{8}/g, '$1<sha>'],
  [/\b[0-9a-f]{40}\b/g, '<sha>'],
  [/\bhttp:\/\/(?:\d{1,3}\.){3}\d{1,3}:\d+/g, '<gitlab>'],
  [/(refs\/pipelines\/)\d+/g, '$1<id>'],
  [/(\/api\/v4\/jobs\/)\d+/g, '$1<id>'],
  // A meter's readings but for the last size depend on how fast the machine is.
  [
    /(?:\r(Uploading|Downloading) (artifacts|cache) ([\d.]+ [KM]?B(?:\/[\d.]+ [KM]?B)?) \([^)]*\) *)+/g,
    '<meter: $1 $2 $3>',
  ],
  [/\bcorrelation_id=\w+/g, 'correlation_id=<id>'],
  [/\bbytes=\d+/g, 'bytes=<n>'],
  [/\bid=\d+/g, 'id=<id>'],
  [/\bjob=\d+/g, 'job=<id>'],
  [/\bsaved=[\d:.TZ-]+/g, 'saved=<time>'],
  [/\btoken=[\w-]+/g, 'token=<token>'],
  [/(Downloading artifacts for \S+ )\(\d+\)/g, '$1(<id>)'],
  [/runner-[\w]+-project-\d+-concurrent-\d+/g, '<container>'],
]

function nameVolatile(text: string): string {
  return volatile.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text)
}
