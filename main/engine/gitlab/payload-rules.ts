import type { Payload } from './payload-schema.ts'

/**
 * What a payload must say beyond having the right types, for the job to have a meaning and its names to be harmless.
 * @returns the first thing that is wrong, as `<field> <what is due>`.
 */
export function brokenRule(payload: Payload): string | undefined {
  for (const problem of problemsOf(payload)) return problem
  return undefined
}

function* problemsOf(payload: Payload): Generator<string> {
  const { job_info: info, steps, services } = payload
  if (info.name === '') yield 'job_info.name is missing'
  // Names directories and volumes, which projects must not share.
  if (info.project_id === undefined || info.project_id === null) yield 'job_info.project_id is missing'
  else if (info.project_id < 0) yield 'job_info.project_id must not be negative'

  yield* variableProblems(payload.variables, 'variables')
  for (const [index, service] of services.entries()) {
    yield* variableProblems(service.variables, `services[${index}].variables`)
    if (service.name === '') yield `services[${index}].name is missing`
  }
  yield* gitProblems(payload)

  if (steps.length === 0 && !hasRun(payload)) yield 'steps must hold at least one step'
  for (const [index, { name, script }] of steps.entries()) {
    // Names the stage, its files and its section in the log.
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) {
      yield `steps[${index}].name must be 1 to 64 letters, digits, "_" or "-", but is ${quoted(name)}`
    }
    if (script.some(hasNul)) yield `steps[${index}].script must not contain a NUL character`
  }
  for (const [index, { script }] of payload.hooks.entries()) {
    if (script.some(hasNul)) yield `hooks[${index}].script must not contain a NUL character`
  }
}

function* variableProblems(variables: Payload['variables'], where: string): Generator<string> {
  for (const [index, { key, value, file }] of variables.entries()) {
    const field = `${where}[${index}]`
    if (key === '') yield `${field}.key is missing`
    if (/[=\p{Cc}]/u.test(key))
      yield `${field}.key must not contain "=" or control characters, but is ${quoted(key)}`
    // Its content becomes a file of that name.
    if (file && (/[/\\]/.test(key) || key === '.' || key === '..')) {
      yield `${field}.key must be a plain file name, but is ${quoted(key)}`
    }
    if (hasNul(value)) yield `${field}.value (of ${quoted(key)}) must not contain a NUL character`
  }
}

function* gitProblems({ git_info: git, variables }: Payload): Generator<string> {
  const strategy = variables.findLast(({ key }) => key === 'GIT_STRATEGY')?.value
  const isNeeded = strategy !== 'none' && strategy !== 'empty'
  if (isNeeded && git.repo_url === '') yield 'git_info.repo_url is missing'
  if (isNeeded && git.sha === '') yield 'git_info.sha is missing'

  // What follows becomes arguments of git; none of it may be read as an option or as a command to run.
  const protocol = URL.parse(git.repo_url)?.protocol ?? ''
  if (git.repo_url !== '' && !['https:', 'http:', 'ssh:', 'git:', 'file:'].includes(protocol)) {
    yield 'git_info.repo_url must be an https, http, ssh, git or file URL'
  }
  if (git.sha !== '' && !/^[0-9a-fA-F]{4,64}$/.test(git.sha)) {
    yield `git_info.sha must be hexadecimal, but is ${quoted(git.sha)}`
  }
  if (!isArgument(git.ref)) yield `git_info.ref must be a name of a branch or tag, but is ${quoted(git.ref)}`
  for (const [index, refspec] of git.refspecs.entries()) {
    if (refspec === '' || !isArgument(refspec)) {
      yield `git_info.refspecs[${index}] must be a refspec, but is ${quoted(refspec)}`
    }
  }
}

/** Whether the payload has native steps (`run:`). */
export function hasRun({ run }: Payload): boolean {
  return run !== undefined && run !== null && run !== ''
}

const isArgument = (text: string) => !text.startsWith('-') && !/\p{Cc}/u.test(text)
const hasNul = (text: string) => text.includes('\0')
const quoted = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
