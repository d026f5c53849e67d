import { describe, expect, it } from 'vitest'

import { say } from '../../../main/contract/sentences/say.ts'
import { DockerError } from '../../../main/engine/docker/docker-error.ts'
import { asJobFailure } from '../../../main/engine/docker/errors.ts'

describe('what the engine refuses with 400', () => {
  it.each([
    ['as it is asked for is the fault of the configuration', { isWish: true }, 'runner_configuration_error'],
    ['while it is done is the fault of the system', {}, 'runner_system_failure'],
  ])('%s', (_, more, reason) => {
    const doing = say('doing-create', { purpose: 'build' })
    const refused = new DockerError('something new is wrong', { status: 400 })
    expect(asJobFailure(refused, { doing, ...more })).toMatchObject({ reason })
  })
})
