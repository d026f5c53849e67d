import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface AptOptions {
  /** What the user can do where apt cannot help; one sentence. */
  readonly orElse: string
  readonly cwd?: string
}

/**
 * Runs one of apt's programs, once more with fresh package lists if it fails.
 * @returns what it printed
 * @throws Error that says why in one line, and `orElse`
 */
export async function apt(
  program: 'apt-get' | 'apt-cache',
  args: readonly string[],
  { orElse, cwd }: AptOptions,
): Promise<string> {
  const attempt = async (given: readonly string[]) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }
    const options = { env, maxBuffer: 1 << 24, ...(cwd !== undefined && { cwd }) }
    return (await run(program, [...given], options)).stdout
  }
  try {
    return await attempt(args)
  } catch (error) {
    if (isMissing(error))
      throw new Error(`${program} is not here: this is no Debian or Ubuntu. ${orElse}`, { cause: error })
  }
  // A fresh machine has no package lists yet.
  await run('apt-get', ['update', '-q']).catch(() => {})
  try {
    return await attempt(args)
  } catch (error) {
    throw new Error(`Debian's packages cannot be had: ${reasonOf(error)}. ${orElse}`, { cause: error })
  }
}

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

/** apt names its errors line by line, one for each package; the first one tells. */
function reasonOf(error: unknown): string {
  const printed = (error as { readonly stderr?: string }).stderr ?? ''
  const first = printed.split('\n').find((line) => line.startsWith('E: '))
  return (first ?? String(error)).replace(/^E: /, '').replaceAll(/\s+/g, ' ').replace(/\.$/, '')
}
