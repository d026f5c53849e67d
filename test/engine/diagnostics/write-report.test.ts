import { expect, it } from 'vitest'

import { parseConfig } from '../../../main/engine/config/parse-config.ts'
import { redact } from '../../../main/engine/diagnostics/secrets-of.ts'
import { writeReport } from '../../../main/engine/diagnostics/write-report.ts'
import { aJob, aStatus, someRunners } from '../../support/fake-jobs.ts'

const secrets = ['glrt-canaryTOKEN12345', 'canary-password', 'canary-cache-key', 'CanaryProxyWord']

const { config } = parseConfig(
  `
  concurrent = 2
  [[runners]]
    name = "bench"
    url = "https://git.example.com"
    token = "${secrets[0]}"
    executor = "docker"
    environment = ["DEPLOY_PASSWORD=${secrets[1]}", "HTTP_PROXY=http://me:${secrets[3]}@proxy:3128"]
    [runners.docker]
      image = "alpine"
      volumes = ["/opt/sdk:/opt/sdk:ro"]
    [runners.cache]
      Type = "s3"
      [runners.cache.s3]
        AccessKey = "AKIA"
        SecretKey = "${secrets[2]}"
  `,
  { environment: {} },
)

it('a report names what helps, and no secret however it came into a message', () => {
  const { text } = writeReport({
    status: aStatus(),
    findings: [
      { about: 'Docker engine', verdict: 'good', message: '27.3.1' },
      {
        about: 'Runner bench',
        verdict: 'problem',
        message: `refused ${secrets[0]} at http://me:${secrets[3]}@proxy:3128`,
      },
    ],
    config: config!,
    settings: {
      keepJobsDays: 90,
      keepLogsGib: 5,
      diskBudgetGib: 0,
      freeSpaceReserveGib: 2,
      holdOnFailure: false,
      holdMinutes: 60,
      concurrent: 2,
      settingsFile: '/data/settings.json',
    },
    runners: someRunners(0),
    jobs: [
      aJob({
        id: 7,
        acceptedAt: 1000,
        finishedAt: 4000,
        state: {
          phase: 'finished',
          outcome: { result: 'failed', reason: 'script_failure', message: `login with ${secrets[1]} failed` },
        },
      }),
    ],
    now: 1.7e12,
  })
  const wanted = [
    'PROBLEM Runner bench',
    'environment names = DEPLOY_PASSWORD, HTTP_PROXY',
    '/opt/sdk:/opt/sdk:ro',
    'script_failure',
  ]
  expect({
    leaked: secrets.filter((secret) => text.includes(secret)),
    missing: wanted.filter((part) => !text.includes(part)),
  }).toEqual({ leaked: [], missing: [] })
})

it.each([
  ['glrt-t3_abcdefghij rejected', '[removed] rejected'],
  [
    'https://gitlab-ci-token:glcbt-64_abcdefgh@git.example.com/a.git',
    'https://[removed]@git.example.com/a.git',
  ],
  ['pull registry.example.com/tools:1.2 failed', 'pull registry.example.com/tools:1.2 failed'],
])('%s reads %s', (text, shown) => expect(redact(text, new Set())).toBe(shown))
