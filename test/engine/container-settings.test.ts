import { expect, it } from 'vitest'

import { containerSettings } from '../../main/engine/container-settings.ts'
import { parseConfig } from '../../main/engine/config/parse-config.ts'

it('the settings of a job’s containers are those that were chosen, and none that may hold a secret', () => {
  const { config } = parseConfig(
    `
    [[runners]]
      name = "bench"
      url = "https://git.example.com"
      token = "glrt-canary"
      executor = "docker"
      environment = ["PASSWORD=canary"]
      [runners.docker]
        image = "alpine"
        privileged = true
        memory = "2g"
        cap_add = ["NET_ADMIN", "SYS_PTRACE"]
        container_labels = { owner = "canary" }
        log_options = { env = "canary" }
    `,
    { environment: {} },
  )
  expect(containerSettings(config!.runners[0]!)).toEqual([
    { key: 'executor', value: 'docker' },
    { key: 'docker.privileged', value: 'true' },
    { key: 'docker.memory', value: '2g' },
    { key: 'docker.cap_add', value: 'NET_ADMIN, SYS_PTRACE' },
  ])
})
