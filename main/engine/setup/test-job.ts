import type { SetupDraft, TestFinding } from '../../contract/setup.ts'
import type { Job, JobVariable } from '../job/job.ts'
import { quote } from '../script/quote.ts'

/**
 * A job that GitLab has not sent: it looks at what the draft promises (mounts, what may be written, environment, PATH,
 * the compiler) from inside a real container, and needs neither sources nor a helper image.
 */
export const testJob = (draft: SetupDraft): Job => ({
  id: 0,
  token: '',
  allowGitFetch: false,
  info: {
    name: 'test job',
    stage: 'test',
    projectId: 0,
    projectName: 'drydock-test',
    projectFullPath: 'drydock/test',
    pipelineId: undefined,
  },
  git: {
    repoUrl: '',
    objectFormat: 'sha1',
    ref: 'main',
    sha: '0'.repeat(40),
    beforeSha: '0'.repeat(40),
    refspecs: [],
    depth: 0,
    protected: false,
  },
  timeout: 900,
  variables: [variable('GIT_STRATEGY', 'none'), variable('CI_PROJECT_PATH', 'drydock/test')],
  steps: [{ name: 'script', script: testScript(draft) }],
  hooks: [],
  image: undefined,
  services: [],
  artifacts: [],
  caches: [],
  credentials: [],
  dependencies: [],
  features: { traceSections: true, tokenMaskPrefixes: [], failureReasons: [] },
  unsupported: [],
})

const variable = (key: string, value: string): JobVariable => ({
  key,
  value,
  public: true,
  masked: false,
  file: false,
  raw: true,
})

/** Each look prints one line that begins with one of these, so that the log tells what was found. */
const marks = { ok: '✓', failed: '✕' } as const

/** One command of several lines, of which the log shows the first; it fails where one look did. */
export function testScript({ mounts, environment, path: folders, compiler }: SetupDraft): readonly string[] {
  const looks = [
    ...mounts.flatMap(({ source, target, readOnly }) => {
      const at = target || source
      const probe = `${quote(`${at}/.drydock-test-`)}$$`
      const write = `( : > ${probe} ) 2>/dev/null`
      return [
        look('mounted', at, `is_mounted ${quote(at.replaceAll(' ', '\\040'))}`),
        readOnly
          ? look('read-only', at, `! ${write}`)
          : look('writable', at, `[ ! -d ${quote(at)} ] || { ${write} && rm -f ${probe}; }`),
      ]
    }),
    ...environment.map((entry) => {
      const [name = '', ...value] = entry.split('=')
      return look(
        'variable',
        name,
        `[ "\${${/^\w+$/.test(name) ? name : '_'}-}" = ${quote(value.join('='))} ]`,
      )
    }),
    ...folders.map((folder) => look('in-path', folder, `is_in_path ${quote(folder)}`)),
    ...(compiler === '' ? [] : [compilerLook(compiler)]),
  ]
  return [
    ['# What would a job see here?', ...helpers, 'uname -sm', 'failed=', ...looks, '[ -z "$failed" ]'].join(
      '\n',
    ),
  ]
}

// Only what every shell has built in: an image may bring nothing else. The mount table writes spaces as \040.
const helpers = [
  'is_mounted() { while read -r _ _ _ _ at _; do [ "$at" != "$1" ] || return 0; done < /proc/self/mountinfo; return 1; }',
  'is_in_path() { case ":$PATH:" in *":$1:"*) [ -d "$1" ] ;; *) return 1 ;; esac; }',
]

const look = (what: string, subject: string, test: string) =>
  `if ${test}; then ${say('ok', what, subject)}; else failed=1; ${say('failed', what, subject)}; fi`

const say = (verdict: keyof typeof marks, what: string, subject: string) =>
  `printf '%s\\n' ${quote(`${marks[verdict]} ${what} ${subject}`)}`

const compilerLook = (compiler: string) =>
  [
    `mark=${quote(marks.ok)}`,
    `says=$(${quote(compiler)} --version 2>&1) || { mark=${quote(marks.failed)}; failed=1; }`,
    `says=\${says%%"`,
    `"*}`,
    `printf '%s\\n' "$mark compiler "${quote(compiler)}" $says"`,
  ].join('\n')

const plainLooks = ['mounted', 'read-only', 'writable', 'in-path', 'variable'] as const

/** What the lines of the log say that were printed so far. */
export function readFindings(
  log: string,
  { compiler }: Pick<SetupDraft, 'compiler'>,
): readonly TestFinding[] {
  const line = /^(?:\S+Z \d\dO[ +])?([✓✕]) (\S+) (.*)$/gm
  return [...log.matchAll(line)].flatMap(([, mark, name, rest = '']): readonly TestFinding[] => {
    const ok = mark === marks.ok
    if (name === 'compiler')
      return [{ what: 'compiler', subject: compiler, ok, says: rest.slice(compiler.length).trim() }]
    const what = plainLooks.find((one) => one === name)
    return what === undefined ? [] : [{ what, subject: rest, ok }]
  })
}
