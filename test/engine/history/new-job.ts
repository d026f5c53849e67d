import type { NewJob } from '../../../main/engine/history/port.ts'

export const aNewJob = (changes: Partial<NewJob> = {}): NewJob => ({
  gitlabId: 900,
  gitlabUrl: 'https://gitlab.example.com',
  runnerKey: 'abc@https://gitlab.example.com',
  runner: 'workbench',
  name: 'build',
  project: 'group/firmware',
  ref: 'main',
  sha: '1ecfd275763eff1d6b4844ea3168962458c9f27a',
  image: 'alpine:3',
  url: 'https://gitlab.example.com/group/firmware/-/jobs/900',
  pipelineId: 77,
  timeout: 3600,
  acceptedAt: 1000,
  variableNames: ['CI', 'DEPLOY_TOKEN'],
  ...changes,
})

export const silent = { info() {}, error() {} }
