import { say } from '../../main/contract/sentences/say.ts'
import type { JobDetail, JobState, Outcome, StageTiming } from '../../main/contract/job.ts'
import type { JobResources } from '../../main/contract/resources.ts'
import type { AppStatus, RunnerSummary } from '../../main/contract/status.ts'

const minute = 60_000

const kinds = [
  { name: 'build:arm64', image: 'debian:12-slim', seconds: 42 },
  { name: 'test:unit', image: 'debian:12-slim', seconds: 73 },
  { name: 'lint', image: 'python:3.13-alpine', seconds: 9 },
  { name: 'package:rpm', image: 'rockylinux:9', seconds: 128 },
] as const

const projects = ['firmware/boot', 'firmware/radio', 'tools/flash-station'] as const

export const longProject =
  'atlas/edge-devices/field-deployment/very-long-subgroup-name/firmware-update-orchestration-service'

const refs = ['main', 'fix-7', 'release/20.2', 'feature/dual-bank-update'] as const

const failures: readonly Outcome[] = [
  { result: 'failed', reason: 'script_failure', message: 'exit code 127', exitCode: 127 },
  {
    result: 'failed',
    reason: 'image_pull_failure',
    message: 'Cannot pull rockylinux:9: dial tcp: lookup registry.example.com: no such host',
  },
  { result: 'failed', reason: 'job_execution_timeout', message: 'execution took longer than 1h0m0s seconds' },
  { result: 'canceled', by: 'user' },
  { result: 'canceled', by: 'server' },
]

/** Finished jobs, oldest first, the last ones ending shortly before `now`. */
export function finishedJobs(count: number, now: number): JobDetail[] {
  return Array.from({ length: count }, (_, index) => {
    const id = index + 1
    const age = (count - index) * 11 * minute
    const trouble = id % 7 === 0 ? failures[Math.floor(id / 7) % failures.length] : undefined
    return aJob({
      id,
      acceptedAt: now - age,
      state: { phase: 'finished', outcome: trouble ?? { result: 'success' } },
    })
  })
}

const recreateCommand = `docker run --rm -it \\
  --hostname runner-abcdefghi-project-7-concurrent-0 \\
  --workdir /builds/firmware/boot \\
  --volume drydock-cache-3f2c:/cache \\
  --mount type=bind,source=/root/atlas500,target=/root/atlas500,readonly \\
  --memory 8589934592 \\
  --env CI_PROJECT_DIR=/builds/firmware/boot \\
  --env DDK_HOME=/root/atlas500 \\
  -e CI -e CI_COMMIT_SHA -e CI_JOB_ID -e CI_PROJECT_PATH -e GIT_DEPTH \\
  debian@sha256:a629e796d77a7b2ff82186ed15d01a493801c020eed5ce6adaa2704356f15a1c sh -c 'export PATH="/root/atlas500/bin\${PATH:+:$PATH}"; exec sh'`

/** A job as its id has it; what is given wins. */
export function aJob(given: Partial<JobDetail> & Pick<JobDetail, 'id' | 'acceptedAt' | 'state'>): JobDetail {
  const { id, acceptedAt } = given
  const kind = kinds[id % kinds.length] ?? kinds[0]
  const state: JobState = given.state
  const seconds = kind.seconds * (1 + ((id * 37) % 50) / 100)
  const finishedAt = state.phase === 'finished' ? acceptedAt + Math.round(seconds * 1000) : undefined
  const sha = (id * 2654435761).toString(16).padStart(12, '0').repeat(4).slice(0, 40)
  return {
    gitlabId: 40_000 + id,
    name: kind.name,
    project: id % 29 === 0 ? longProject : (projects[id % projects.length] ?? projects[0]),
    ref: refs[id % refs.length] ?? refs[0],
    sha,
    runner: id % 5 === 0 ? 'build-farm' : 'tangxin',
    image: kind.image,
    url: `https://git.example.com/-/jobs/${40_000 + id}`,
    pipelineId: 9000 + Math.floor(id / 4),
    timeout: 3600,
    variableNames: ['CI', 'CI_COMMIT_SHA', 'CI_JOB_ID', 'CI_PROJECT_PATH', 'DDK_HOME', 'GIT_DEPTH'],
    mounts: [
      { source: '/root/atlas500', target: '/root/atlas500', readOnly: true },
      { source: 'drydock-cache-3f2c', target: '/cache', readOnly: false },
    ],
    ...(kind.name === 'build:arm64' && {
      toolchains: [{ name: 'atlas500', version: '20.2', fingerprint: 'c4d1f09ab27e6a5310b8cc2f4a6d9e01' }],
    }),
    ...(id % 2 === 0 && {
      artifacts: [
        { name: 'firmware.zip', type: 'archive', format: 'zip', bytes: 3_565_000 },
        { name: 'junit.xml.gz', type: 'junit', format: 'gzip', bytes: 18_240 },
      ],
    }),
    settings: [
      { key: 'executor', value: 'docker' },
      { key: 'docker.memory', value: '8g' },
      { key: 'docker.pull_policy', value: 'if-not-present' },
    ],
    recreate: recreateCommand,
    logSize: 0,
    stages: stagesOf(acceptedAt, finishedAt, state, id % 2 === 0 ? 54_800_000 : undefined),
    resources: resourcesOf(id, finishedAt === undefined),
    ...(finishedAt === undefined
      ? {
          transfers: [
            {
              what: 'cache',
              direction: 'down',
              bytes: 96_800_000,
              total: 340_000_000,
              bytesPerSecond: 24_200_000,
            },
            { what: 'artifacts', direction: 'up', bytes: 12_400_000, bytesPerSecond: 3_100_000 },
          ],
        }
      : { finishedAt }),
    ...given,
  }
}

/** Of a job that compiles, with 8 GiB of memory and no limit of processors. */
function resourcesOf(id: number, isRunning: boolean): JobResources {
  const most = (2 + (id % 5) * 0.7) * 1024 ** 3
  return {
    peakMemory: most,
    cpuSeconds: 40 + (id % 60),
    containers: [
      {
        role: 'build',
        peakMemory: most,
        memoryLimit: 8 * 1024 ** 3,
        cpuSeconds: 38 + (id % 60),
        ...(isRunning && { now: { memory: most * 0.8, cpus: 3.7 } }),
      },
      { role: 'helper', peakMemory: 61 * 1024 ** 2, memoryLimit: 8 * 1024 ** 3, cpuSeconds: 2 },
    ],
  }
}

function stagesOf(
  acceptedAt: number,
  finishedAt: number | undefined,
  state: JobState,
  pulled: number | undefined,
): StageTiming[] {
  const rows = [
    ['prepare_executor', 'Preparing the "docker" executor', 800],
    ['prepare_script', 'Preparing environment', 300],
    ['get_sources', 'Getting source from Git repository', 1400],
  ] as const
  const stages: StageTiming[] = []
  let at = acceptedAt
  for (const [name, title, lasts] of rows) {
    stages.push({
      name,
      title,
      startedAt: at,
      endedAt: at + lasts,
      result: 'passed',
      ...(name === 'prepare_executor' && pulled !== undefined && { bytes: pulled }),
    })
    at += lasts
  }
  const script = {
    name: 'step_script',
    title: 'Executing "step_script" stage of the job script',
    startedAt: at,
  }
  if (finishedAt === undefined || state.phase !== 'finished') return [...stages, script]
  const result = { success: 'passed', failed: 'failed', canceled: 'stopped' }[
    state.outcome.result
  ] as 'passed'
  return [
    ...stages,
    { ...script, endedAt: finishedAt - 400, result },
    {
      name: 'cleanup_file_variables',
      title: 'Cleaning up project directory and file based variables',
      startedAt: finishedAt - 400,
      endedAt: finishedAt,
      result: 'passed',
    },
  ]
}

export const someRunners = (now: number): RunnerSummary[] => [
  {
    key: 'tangxin',
    name: 'tangxin',
    url: 'https://git.example.com',
    shortToken: 'aBcDeFgHi',
    executor: 'docker',
    image: 'alpine',
    volumes: ['/root/atlas500:/root/atlas500:ro'],
    limit: 2,
    running: 2,
    health: { state: 'online', lastContactAt: now - 1500 },
    tokenExpiresAt: now + 21 * 24 * 60 * minute,
    tokenRenewedAt: now + 14 * 24 * 60 * minute,
  },
  {
    key: 'build-farm',
    name: 'build-farm',
    url: 'https://gitlab.example.org',
    shortToken: 'zZ9yX8wV7',
    executor: 'docker',
    image: 'debian:12-slim',
    volumes: [],
    limit: 0,
    running: 0,
    health: {
      state: 'offline',
      problem: say('gitlab-silent', { why: say('net-refused', { host: 'gitlab.example.org' }) }),
      since: now - 4 * minute,
    },
  },
  {
    key: 'old-laptop',
    name: 'old-laptop',
    url: 'https://git.example.com',
    shortToken: 'q1W2e3R4t',
    executor: 'docker',
    image: 'alpine',
    volumes: ['/opt/sdk:/opt/sdk:ro', '/home/kim/.ccache:/ccache'],
    limit: 1,
    running: 0,
    health: {
      state: 'rejected',
      problem: say('gitlab-refuses-token', {
        answer: 'POST https://git.example.net/api/v4/jobs/request: 403 Forbidden',
      }),
      since: now - 90 * minute,
      askedAgainAt: now + 30 * minute,
    },
  },
]

export const aStatus = (): AppStatus => ({
  version: '0.1.0',
  docker: {
    state: 'ready',
    product: 'Docker',
    endpoint: 'unix:///var/run/docker.sock',
    because: say('because-socket', { whose: 'Docker' }),
    name: 'workstation',
    version: '27.3.1',
    apiVersion: '1.47',
    os: 'Debian GNU/Linux 12',
    architecture: 'x86_64',
  },
  configFile: '/home/kim/.config/drydock/config.toml',
  configProblems: [],
  paused: false,
  concurrent: 4,
  running: 2,
})
