import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

import { z } from 'zod'

import type { RegistryAuth } from './port.ts'

const entry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
})
const document = z.object({
  auths: z.record(z.string(), entry).default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
})
// ~/.dockercfg is the map of `auths` alone.
const oldDocument = z.record(z.string(), entry)
const secret = z.object({ ServerURL: z.string().default(''), Username: z.string(), Secret: z.string() })

/** Runs `docker-credential-<name> <verb>` with `input`; resolves with what it prints. */
export type RunHelper = (name: string, verb: 'list' | 'get', input: string) => Promise<string>

/** A store or helper named by a path: whoever wrote it wants us to start a program of theirs. */
export class HelperPathRefused extends Error {
  override readonly name = 'HelperPathRefused'
  readonly helper: string

  constructor(helper: string) {
    super(`the credential helper "${helper}" must be a name, not a path`)
    this.helper = helper
  }
}

/**
 * The credentials of a Docker config document by its own keys: `auths`, then those of the store, then those of the
 * helpers, later ones replacing earlier ones (docker-executor.md §6.2).
 * @throws HelperPathRefused, or whatever is wrong with the document or a helper.
 */
export async function readDockerAuth(
  json: string,
  runHelper: RunHelper,
): Promise<ReadonlyMap<string, RegistryAuth>> {
  const value: unknown = JSON.parse(json)
  const parsed = document.parse(value)
  const auths = Object.keys(parsed.auths).length > 0 || isNew(value) ? parsed.auths : oldDocument.parse(value)
  const found = new Map(
    Object.entries(auths)
      .filter(([, one]) => !isPlaceholder(one))
      .map(([server, one]) => [server, asAuth(server, one)]),
  )
  const get = async (helper: string, server: string) => {
    const { Username, Secret } = secret.parse(JSON.parse(await runHelper(plainName(helper), 'get', server)))
    // Helpers mark identity tokens with this user name.
    found.set(
      server,
      Username === '<token>'
        ? { identitytoken: Secret, serveraddress: server }
        : { username: Username, password: Secret, serveraddress: server },
    )
  }
  const { credsStore } = parsed
  if (credsStore) {
    const listed = z
      .record(z.string(), z.string())
      .parse(JSON.parse(await runHelper(plainName(credsStore), 'list', '')))
    await Promise.all(Object.keys(listed).map((server) => get(credsStore, server)))
  }
  await Promise.all(Object.entries(parsed.credHelpers).map(([server, helper]) => get(helper, server)))
  return found
}

const isNew = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  ('auths' in value || 'credsStore' in value || 'credHelpers' in value)

/** `docker login` leaves an empty entry where the store has the credentials. */
const isPlaceholder = ({ auth, username, password, identitytoken }: z.output<typeof entry>) =>
  !auth && !username && !password && !identitytoken

function asAuth(
  server: string,
  { auth, username, password, identitytoken }: z.output<typeof entry>,
): RegistryAuth {
  const decoded = Buffer.from(auth ?? '', 'base64').toString()
  const colon = decoded.indexOf(':')
  const user = username ?? (colon < 0 ? '' : decoded.slice(0, colon))
  if (user === '' && !identitytoken) throw new Error(`the entry for ${server} has no user name`)
  return {
    username: user,
    // Docker pads old entries with NUL bytes.
    password: password ?? decoded.slice(colon + 1).replace(/\0+$/, ''),
    ...(identitytoken && { identitytoken }),
    serveraddress: server,
  }
}

function plainName(helper: string): string {
  if (/[/\\]/.test(helper)) throw new HelperPathRefused(helper)
  return helper
}

/** A helper that asks its user for a password would keep the job waiting for ever. */
const helperAnswersWithinMs = 30_000

/**
 * The credential helpers installed on the runner's host.
 * @throws Error in words: the program is not there, does not answer, or what it says is wrong.
 */
export const runInstalledHelper: RunHelper = async (name, verb, input) => {
  const program = `docker-credential-${name}`
  const child = spawn(program, [verb], {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: helperAnswersWithinMs,
    killSignal: 'SIGKILL',
  })
  child.stdin.on('error', () => undefined).end(input)
  // What a killed helper started may hold its output open.
  child.on('exit', (code) => code === null && child.stdout.destroy())
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('exit', resolve))
  const printed = text(child.stdout).catch(() => '')
  const code = await ended.catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new Error(`${program} is not installed, or not in the PATH of Drydock`, { cause: error })
  })
  if (code === 0) return printed
  if (code === null)
    throw new Error(`${program} ${verb} did not answer within ${helperAnswersWithinMs / 1000} s`)
  // Helpers say on standard output what went wrong.
  const why = (await printed).trim().split('\n')[0]?.slice(0, 200)
  throw new Error(`${program} ${verb} failed with exit code ${code}${why ? `: ${why}` : ''}`)
}
