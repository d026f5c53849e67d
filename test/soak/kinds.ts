import type { DeepPartial } from '../../main/engine/practice/enqueue-payload.ts'
import type { JobPayload } from '../../main/engine/practice/practice-gitlab.ts'

/** What becomes of a job: four of five succeed, the fifth does not. */
export type Fate = 'succeed' | 'cancel' | 'fail' | 'time-out' | 'kill'

export interface SoakJob {
  readonly fate: Fate
  readonly payload: DeepPartial<JobPayload>
}

/** An image with a `VOLUME`: each of its containers gets an anonymous volume. */
export const image = 'drydock-soak/volume:1'

const bad: readonly Fate[] = ['cancel', 'fail', 'time-out', 'cancel', 'fail', 'time-out', 'cancel', 'kill']

/** The n-th job. Nothing is random, so that a failure can be seen again. */
export function soakJob(n: number): SoakJob {
  const fate = n % 5 === 4 ? (bad[Math.floor(n / 5) % bad.length] ?? 'fail') : 'succeed'
  const hasService = n % 7 === 0
  return {
    fate,
    payload: {
      image: { name: image },
      variables: [
        { key: 'GIT_STRATEGY', value: 'none', public: true, masked: false },
        ...(n % 3 === 0 ? [{ key: 'FF_NETWORK_PER_BUILD', value: 'true', public: true, masked: false }] : []),
      ],
      steps: [step('script', scriptOf(fate)), { ...step('after_script', ['true']), when: 'always' }],
      ...(hasService && {
        services: [{ name: image, alias: `beside-${n}`, command: ['sleep', '600'] }],
      }),
      ...(fate === 'time-out' && { runner_info: { timeout: 3 } }),
    },
  }
}

function scriptOf(fate: Fate): readonly string[] {
  switch (fate) {
    case 'succeed':
      return ownFolder
    case 'fail':
      return [...ownFolder, 'exit 3']
    case 'cancel':
    case 'time-out':
    case 'kill':
      return ['echo > /anonymous/file', 'sleep 600']
  }
}

/** Fails with 9 where another job writes to the same builds folder meanwhile. */
const ownFolder = [
  'mkdir -p "$CI_BUILDS_DIR"',
  'echo "$HOSTNAME $$" > "$CI_BUILDS_DIR/owner"',
  'sleep 0.2',
  'read -r owner < "$CI_BUILDS_DIR/owner"; [ "$owner" = "$HOSTNAME $$" ] || exit 9',
  'echo > /anonymous/file',
]

const step = (name: string, script: readonly string[]) => ({
  name,
  script,
  timeout: 3600,
  when: 'on_success',
  allow_failure: false,
})

/** How GitLab shows a job of this fate in the end, apart from those that died with the runner. */
export const expectedStatus: Readonly<Record<Fate, readonly string[]>> = {
  succeed: ['success'],
  cancel: ['canceled unknown_failure'],
  fail: ['failed script_failure'],
  'time-out': ['failed job_execution_timeout'],
  kill: ['failed runner_system_failure'],
}
