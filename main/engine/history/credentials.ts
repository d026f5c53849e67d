import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const credentials = z.object({
  gitlabId: z.int(),
  url: z.string(),
  token: z.string(),
  /** PEM file the server's certificate is checked with, where one is configured. */
  caFile: z.string().optional(),
})

/** What it takes to report a job to GitLab after our process was killed. Kept outside the database, one file a job. */
export type JobCredentials = z.output<typeof credentials>

const fileOf = (dir: string, id: number) => join(dir, `${id}.json`)

/**
 * Writes them down before the job's first side effect; durable and readable by the owner only when it resolves.
 * @param dir `<data dir>/running`; made when missing.
 * @param id Drydock's id of the job.
 */
export async function keepCredentials(dir: string, id: number, secret: JobCredentials): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const target = fileOf(dir, id)
  const draft = `${target}.part`
  {
    await using file = await open(draft, 'w', 0o600)
    await file.writeFile(JSON.stringify(secret))
    await file.sync()
  }
  await rename(draft, target)
  await syncFolder(dir)
}

/** @returns undefined where none were kept, or the file is not whole: such a job cannot be reported any more. */
export async function readCredentials(dir: string, id: number): Promise<JobCredentials | undefined> {
  const text = await readFile(fileOf(dir, id), 'utf8').catch(ifMissing(undefined))
  if (text === undefined) return undefined
  return credentials.safeParse(parsed(text)).data
}

/** Once GitLab has accepted the outcome, or never will. Forgetting what is not there is no error. */
export async function forgetCredentials(dir: string, id: number): Promise<void> {
  await rm(fileOf(dir, id), { force: true })
  await rm(`${fileOf(dir, id)}.part`, { force: true })
  await syncFolder(dir)
}

/** Ids of all jobs whose credentials are kept: at start, those the journal knows to be finished can be forgotten. */
export async function keptCredentials(dir: string): Promise<readonly number[]> {
  const names = await readdir(dir).catch(ifMissing([]))
  return names
    .map((name) => /^(\d+)\.json(?:\.part)?$/u.exec(name)?.[1])
    .filter((id) => id !== undefined)
    .map(Number)
    .filter((id, index, all) => all.indexOf(id) === index)
    .sort((a, b) => a - b)
}

/** A renamed or removed file is durable once its folder is; Windows has no such call and needs none. */
async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dir, 'r').catch(ifMissing(undefined))
  if (!folder) return
  await folder.sync()
  await folder.close()
}

const ifMissing =
  <T>(instead: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT') return instead
    throw error
  }

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
