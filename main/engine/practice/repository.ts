import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { GitError, runGit } from './git.ts'

export interface Commit {
  readonly sha: string
  readonly message: string
  readonly author: string
  /** ISO 8601. */
  readonly timestamp: string
}

export interface Snapshot {
  readonly message: string
  /** Full name, such as `refs/heads/main`. */
  readonly ref: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** A bare repository on the disk. */
export class Repository {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  static async create(directory: string, defaultBranch: string): Promise<Repository> {
    await mkdir(directory, { recursive: true })
    await runGit(['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, directory])
    return new Repository(directory)
  }

  /**
   * Commits a folder's files as they lie there (.gitignore is obeyed, a .git folder inside is not looked at).
   * @returns the new commit's sha; the ref's own when nothing changed.
   */
  async commitFolder(folder: string, { message, ref, at }: Snapshot): Promise<string> {
    if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
      throw new GitError(`Cannot push ${folder}: it is not a folder.`)
    }
    const scratch = await mkdtemp(join(tmpdir(), 'drydock-index-'))
    try {
      const env = {
        GIT_DIR: this.directory,
        GIT_WORK_TREE: resolve(folder),
        GIT_INDEX_FILE: join(scratch, 'index'),
        ...identity(at),
      }
      await runGit(
        ['-C', folder, '-c', 'core.bare=false', '-c', 'core.autocrlf=false', 'add', '--all', '.'],
        { env },
      )
      const tree = (await runGit(['write-tree'], { env })).toString().trim()
      const parent = await this.resolve(ref)
      if (parent && (await this.resolve(`${parent}^{tree}`)) === tree) return parent
      const parents = parent ? ['-p', parent] : []
      const commit = await runGit(['commit-tree', tree, ...parents], { env, input: `${message}\n` })
      const sha = commit.toString().trim()
      await this.updateRef(ref, sha)
      return sha
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }

  /** The sha something stands for, or undefined. */
  async resolve(revision: string): Promise<string | undefined> {
    const sha = await this.#git('rev-parse', '--verify', '--quiet', '--end-of-options', revision).catch(
      () => '',
    )
    return sha.trim() || undefined
  }

  async updateRef(ref: string, sha: string): Promise<void> {
    await this.#git('update-ref', '--', ref, sha)
  }

  async readCommit(sha: string): Promise<Commit> {
    const text = await this.#git('show', '--no-patch', '--format=%an <%ae>%n%cI%n%B', sha)
    const [author = '', timestamp = '', ...body] = text.split('\n')
    return { sha, author, timestamp, message: body.join('\n').trimEnd() }
  }

  /** A file's text at a commit, or undefined where there is none. */
  async readFile(sha: string, path: string): Promise<string | undefined> {
    return this.#git('show', `${sha}:${path}`).catch(() => undefined)
  }

  async #git(...args: string[]): Promise<string> {
    return (await runGit([`--git-dir=${this.directory}`, ...args])).toString()
  }
}

function identity(at: number): NodeJS.ProcessEnv {
  const date = `${Math.floor(at / 1000)} +0000`
  const [name, email] = ['Practice GitLab', 'practice@localhost']
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  }
}
