import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const env = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
}

export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(
    'git',
    ['-c', 'protocol.file.allow=always', '-c', 'init.defaultBranch=main', ...args],
    {
      cwd,
      env,
    },
  )
  return stdout.trim()
}

/** A bare repository to serve, and a work tree beside it to commit in. */
export class Repository {
  readonly path: string
  readonly #work: string

  private constructor(root: string, path: string) {
    this.path = join(root, `${path}.git`)
    this.#work = join(root, `${path}.work`)
  }

  static async create(root: string, path: string): Promise<Repository> {
    const repository = new Repository(root, path)
    await mkdir(repository.path, { recursive: true })
    await mkdir(repository.#work, { recursive: true })
    await git(repository.path, 'init', '-q', '--bare')
    await git(repository.#work, 'init', '-q')
    return repository
  }

  /** Commits files, `.gitmodules` entries among them, and pushes to main. @returns the commit's id. */
  async commit(
    files: Readonly<Record<string, string>>,
    submodules: readonly { readonly path: string; readonly url: string; readonly sha: string }[] = [],
  ): Promise<string> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.#work, name)), { recursive: true })
      await writeFile(join(this.#work, name), content)
    }
    for (const { path, url, sha } of submodules) {
      await git(this.#work, 'config', '-f', '.gitmodules', `submodule.${path}.path`, path)
      await git(this.#work, 'config', '-f', '.gitmodules', `submodule.${path}.url`, url)
      await git(this.#work, 'update-index', '--add', '--cacheinfo', `160000,${sha},${path}`)
    }
    const names = [...Object.keys(files), ...(submodules.length > 0 ? ['.gitmodules'] : [])]
    await git(this.#work, 'add', '-f', '--', ...names)
    await git(this.#work, 'commit', '-q', '--allow-empty', '-m', 'change')
    await git(this.#work, 'push', '-q', this.path, 'HEAD:refs/heads/main')
    const sha = await git(this.#work, 'rev-parse', 'HEAD')
    await git(this.path, 'update-ref', 'refs/pipelines/1', sha)
    return sha
  }

  /** Runs git in the bare repository. */
  async git(...args: readonly string[]): Promise<string> {
    return git(this.path, ...args)
  }
}
