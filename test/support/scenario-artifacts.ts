import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import type { PracticeJob } from '../../main/engine/practice/practice-gitlab.ts'
import type { ExpectedArtifact } from './scenario.ts'

type Stored = PracticeJob['artifacts'][number]

/** What the job left on the server, as `expected` describes it; what `expected` does not speak of is left out. */
export function artifactsOf(
  { artifacts }: PracticeJob,
  expected: readonly ExpectedArtifact[],
): readonly ExpectedArtifact[] {
  return artifacts.map((artifact, index) => {
    const { holds, stored, text } = expected[index] ?? {}
    const { filename: file, type, format, expireIn } = artifact
    return {
      file,
      type,
      format,
      ...(expireIn !== undefined && { expire_in: expireIn }),
      ...(holds && { holds: entriesIn(artifact) }),
      ...(stored !== undefined && { stored: isStored(artifact) }),
      ...(text !== undefined && { text: textOf(artifact) }),
    }
  })
}

const long = /^([\w-]{10}) .* (\d{8}\.\d{6}) (.*)$/

/** By Info-ZIP, with a time only where it is of another day than today's jobs can make. */
function entriesIn({ file }: Stored): readonly string[] {
  const listed = execFileSync('zipinfo', ['-lT', file], { env: { ...process.env, TZ: 'UTC' } }).toString()
  return listed.split('\n').flatMap((line) => {
    const [, mode = '', time = '', name = ''] = long.exec(line) ?? []
    if (name === '') return []
    const target = mode.startsWith('l')
      ? ` -> ${execFileSync('unzip', ['-p', file, name.replace(/[[*?]/g, String.raw`\$&`)]).toString()}`
      : ''
    return [`${mode} ${name}${target}${time < '20200101' ? ` ${time}` : ''}`]
  })
}

const isStored = ({ file }: Stored) => !/ def[NXFS] /.test(execFileSync('zipinfo', ['-l', file]).toString())

function textOf({ file, format }: Stored): string {
  const bytes = readFileSync(file)
  return (format === 'gzip' ? gunzipSync(bytes) : bytes).toString()
}
