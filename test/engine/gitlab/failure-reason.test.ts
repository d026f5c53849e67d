import { expect, it } from 'vitest'

import { exitCodeToSend, reasonToSend } from '../../../main/engine/gitlab/failure-reason.ts'

it.each([
  { reason: undefined, supported: [], sends: 'script_failure' },
  { reason: 'script_failure', supported: [], sends: 'script_failure' },
  { reason: 'job_execution_timeout', supported: [], sends: 'job_execution_timeout' },
  { reason: 'image_pull_failure', supported: ['image_pull_failure'], sends: 'image_pull_failure' },
  { reason: 'image_pull_failure', supported: [], sends: 'runner_system_failure' },
  { reason: 'runner_configuration_error', supported: ['x'], sends: 'script_failure' },
  { reason: 'runner_external_dependency_failure', supported: [], sends: 'runner_system_failure' },
  { reason: 'runner_interrupted', supported: [], sends: 'unknown_failure' },
  { reason: 'runner_interrupted', supported: ['runner_interrupted'], sends: 'runner_interrupted' },
  { reason: 'job_canceled', supported: ['job_canceled'], sends: 'unknown_failure' },
] as const)('$reason is sent as $sends where the server knows $supported', ({ reason, supported, sends }) => {
  expect(reasonToSend(reason, supported)).toBe(sends)
})

it.each([
  [2, 2],
  [255, 255],
  [0xc000_0005, -1_073_741_819],
])('the exit code %i is sent as %i', (code, sent) => {
  expect(exitCodeToSend(code)).toBe(sent)
})
