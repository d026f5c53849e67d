import { isDeepStrictEqual } from 'node:util'

import type { RunnerForm } from '../../contract/runner-file.ts'
import { editRunnerList } from './edit-list.ts'
import { setRunnerKey } from './edits.ts'
import { dockerSchema, type RunnerConfig } from './schema.ts'
import type { TomlValue } from './toml-write.ts'

const policies = ['always', 'if-not-present', 'never'] as const

/** What the form shows of a runner. */
export function formOf(runner: RunnerConfig): RunnerForm {
  const docker = runner.docker ?? dockerSchema.parse({})
  return {
    name: runner.name,
    limit: runner.limit,
    image: docker.image,
    pullPolicy: policies.filter((policy) => docker.pull_policy.includes(policy)),
    helperImage: docker.helper_image,
    volumes: docker.volumes,
    environment: runner.environment,
    preBuildScript: runner.pre_build_script,
    privileged: docker.privileged,
    memory: docker.memory,
    cpus: docker.cpus,
    shmSize: docker.shm_size,
    outputLimit: runner.output_limit,
    host: docker.host,
    tlsVerify: docker.tls_verify,
    tlsCertPath: docker.tls_cert_path,
  }
}

type PlainKey = Exclude<keyof RunnerForm, 'volumes' | 'environment'>

const keys: Readonly<Record<PlainKey, readonly string[]>> = {
  name: ['name'],
  limit: ['limit'],
  outputLimit: ['output_limit'],
  preBuildScript: ['pre_build_script'],
  image: ['docker', 'image'],
  pullPolicy: ['docker', 'pull_policy'],
  helperImage: ['docker', 'helper_image'],
  privileged: ['docker', 'privileged'],
  memory: ['docker', 'memory'],
  cpus: ['docker', 'cpus'],
  shmSize: ['docker', 'shm_size'],
  host: ['docker', 'host'],
  tlsVerify: ['docker', 'tls_verify'],
  tlsCertPath: ['docker', 'tls_cert_path'],
}

/** The file with what the form changed of the runner at `index`; what it did not change stays byte for byte. */
export function applyForm(text: string, index: number, runner: RunnerConfig, wanted: RunnerForm): string {
  const now = formOf(runner)
  const withLists = editRunnerList(
    editRunnerList(text, index, ['docker', 'volumes'], now.volumes, wanted.volumes),
    index,
    ['environment'],
    now.environment,
    wanted.environment,
  )
  return (Object.keys(keys) as PlainKey[])
    .filter((name) => !isDeepStrictEqual(now[name], wanted[name]))
    .reduce((edited, name) => setRunnerKey(edited, index, keys[name], valueOf(wanted[name])), withLists)
}

/** What says nothing is not written; one policy is written as a word. */
function valueOf(value: RunnerForm[PlainKey]): TomlValue | undefined {
  if (value === '') return undefined
  if (typeof value !== 'object') return value
  return value.length > 1 ? value : value[0]
}
