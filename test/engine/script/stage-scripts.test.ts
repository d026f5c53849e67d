import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { JobContext } from '../../../main/engine/job/context.ts'
import { shellDetector } from '../../../main/engine/script/detector.ts'
import {
  afterScript,
  cleanupScript,
  prepareScript,
  stepScript,
} from '../../../main/engine/script/stage-scripts.ts'
import { aContext, aVariable, variables, type GivenParts } from '../../support/job-context.ts'
import { runInShell, shellNames, temporaryDirectory } from '../../support/shells.ts'

const green = (text: string) => `\u001b[32;1m${text}\u001b[0;m\n`

describe.each(shellNames)('%s', (shell) => {
  let root: Awaited<ReturnType<typeof temporaryDirectory>>
  let made = 0
  beforeAll(async () => void (root = await temporaryDirectory()))
  afterAll(() => root[Symbol.asyncDispose]())

  /** A job with a project directory of its own. */
  async function aJob(given: GivenParts = {}): Promise<JobContext> {
    const context = aContext({
      ...given,
      runner: { builds_dir: join(root.path, String(made++)), ...given.runner },
    })
    await mkdir(context.dirs.project, { recursive: true })
    return context
  }

  async function runStep(script: readonly string[], given: GivenParts = {}, name = 'script') {
    const context = await aJob(given)
    return runInShell(shell, stepScript(context, { name, script }))
  }

  const output = (stdout: string, exitCode = 0) => ({ exitCode, stdout, stderr: '' })

  it('shows each command and runs it, state going on from one to the next', async () => {
    const script = ['cd /; x=1', 'echo "$x in $PWD"', 'say() { echo "said $1"; }', 'say this']
    expect(await runStep(script)).toEqual(
      output(
        green('$ cd /; x=1') +
          green('$ echo "$x in $PWD"') +
          '1 in /\n' +
          green('$ say() { echo "said $1"; }') +
          green('$ say this') +
          'said this\n',
      ),
    )
  })

  it('shows of a command with several lines the first, and runs them all', async () =>
    expect(await runStep(['  if true; then\n  echo yes\nfi\n\n'])).toEqual(
      output(green('$ if true; then # collapsed multi-line command') + 'yes\n'),
    ))

  it('shows an empty line for a blank command', async () =>
    expect(await runStep(['', ' \n\t', 'echo end'])).toEqual(output(`\n\n${green('$ echo end')}end\n`)))

  it('leaves every character of a command to the shell alone', async () => {
    const command = `printf '%s|' "it's" '$HOME' \\$x "\`echo hi\`" 'a\\nb' "ünï ☃ 😀" '!' "tab\there"; echo`
    expect(await runStep([command])).toEqual(
      output(`${green(`$ ${command}`)}it's|$HOME|$x|hi|a\\nb|ünï ☃ 😀|!|tab\there|\n`),
    )
  })

  it('keeps carriage returns inside a command', async () => {
    const { stdout } = await runStep(['x=\'a\rb\'; printf %s "$x"'])
    expect(stdout).toBe(`${green('$ x=\'a\rb\'; printf %s "$x"')}a\rb`)
  })

  it('keeps a here-document and a comment at the end', async () =>
    expect(await runStep(["cat <<EOF\n$((1 + 1)) it's\nEOF", 'echo x # and no more'])).toEqual(
      output(
        `${green('$ cat <<EOF # collapsed multi-line command')}2 it's\n${green('$ echo x # and no more')}x\n`,
      ),
    ))

  it.each([
    ['the first failing command', ['true', 'false', 'echo never'], 1],
    ['exit in a command', ['exit 3', 'echo never'], 3],
    ['a function', ['f() { return 7; }', 'f', 'echo never'], 7],
    ['a subshell', ['(exit 9)', 'echo never'], 9],
    ['a program that is not there', ['no-such-program-at-all', 'echo never'], 127],
    ['a line inside a command', ['true\n(exit 4)\necho never'], 4],
    ['the last line', ['echo x', 'sh -c "exit 42"'], 42],
    ['a pipe’s last command', ['true | (exit 5)', 'echo never'], 5],
  ])('ends with the exit code of %s', async (_, script, exitCode) => {
    const result = await runStep(script)
    expect({ exitCode: result.exitCode, went: result.stdout.includes('never\n') }).toEqual({
      exitCode,
      went: false,
    })
  })

  it('ends with the exit code of any part of a pipe, where the shell can tell', async () => {
    const { exitCode } = await runStep(['(exit 6) | cat'])
    expect(exitCode).toBe(shell === 'dash' ? 0 : 6)
  })

  it.each([
    ['a condition', ['if false; then echo no; fi', 'false || echo yes']],
    ['set +e', ['set +e', 'false', 'echo yes']],
  ])('goes on after %s', async (_, script) => {
    const result = await runStep(script)
    expect([result.exitCode, result.stdout.endsWith('yes\n')]).toEqual([0, true])
  })

  it('gives commands an empty stdin', async () =>
    expect(await runStep(['cat', 'read -r line || echo nothing'])).toEqual(
      output(`${green('$ cat')}${green('$ read -r line || echo nothing')}nothing\n`),
    ))

  it('does not forbid unset variables nor overwriting files', async () =>
    expect((await runStep(['echo "[$UNSET]"', 'echo 1 > f; echo 2 > f; cat f'])).exitCode).toBe(0))

  it('exports variables exactly', async () => {
    const value = ` it's $HOME \`id\` "x" \\n\n\ttwo  lines\r é ☃ `
    const { stdout } = await runStep(['printf "[%s]" "$V"; sh -c \'printf "[%s]" "$V"\''], {
      job: { variables: [aVariable('V', value, { raw: true })] },
    })
    expect(stdout.endsWith(`[${value}][${value}]`)).toBe(true)
  })

  it('leaves a name no shell can export to the container', async () =>
    expect(
      (await runStep(['true'], { job: { variables: variables({ '1A': 'x', 'b-c': 'y', 'D.E': 'z' }) } }))
        .exitCode,
    ).toBe(0))

  it('puts a file variable’s exact content into a file', async () => {
    const content = `line 1\n  "it's" $X\\\nlast without newline`
    const context = await aJob({
      job: { variables: [aVariable('KEY', content, { file: true, raw: true }), aVariable('AT', 'see $KEY')] },
    })
    const { stdout } = await runInShell(
      shell,
      stepScript(context, { name: 'script', script: ['echo "$KEY|$AT"'] }),
    )
    const path = join(context.dirs.tmp, 'KEY')
    expect(stdout).toBe(`${green('$ echo "$KEY|$AT"')}${path}|see ${path}\n`)
    expect(await readFile(path, 'utf8')).toBe(content)
  })

  it('hands what is written to GITLAB_ENV to the stages after', async () => {
    const context = await aJob({
      job: { steps: [{ name: 'after_script', script: ['echo "$A|$B|$C"'] }] },
    })
    await runInShell(
      shell,
      stepScript(context, {
        name: 'script',
        script: [
          `echo 'A=1 $HOME "x"' >> $GITLAB_ENV; echo '  B= two  ' >> $GITLAB_ENV; printf 'C=lost' >> $GITLAB_ENV`,
        ],
      }),
    )
    const { stdout } = await runInShell(shell, afterScript(context, 'success'))
    expect(stdout.endsWith('1 $HOME "x"| two|\n')).toBe(true)
  })

  it('fails a stage whose GITLAB_ENV holds a line that sets nothing', async () => {
    const context = await aJob()
    await runInShell(
      shell,
      stepScript(context, { name: 'script', script: ['echo "no assignment" > $GITLAB_ENV'] }),
    )
    const { exitCode, stdout } = await runInShell(
      shell,
      stepScript(context, { name: 'script', script: ['echo never'] }),
    )
    expect([exitCode, stdout]).toEqual([shell === 'bash' ? 1 : 2, ''])
  })

  it('runs the configuration’s scripts around a step in one shell', async () => {
    const runner = { pre_build_script: 'x=pre\ny=1', post_build_script: 'echo "post $x"' }
    expect(
      await runStep(['echo "step $x"'], {
        runner: { builds_dir: join(root.path, String(made++)), ...runner },
      }),
    ).toEqual(
      output(
        `${green('$ x=pre # collapsed multi-line command')}${green('$ echo "step $x"')}step pre\n${green('$ echo "post $x"')}post pre\n`,
      ),
    )
  })

  it('expands the lines of a release step before the shell does', async () => {
    const given = { job: { variables: [aVariable('A', '$B'), aVariable('B', 'b')] } }
    expect(await runStep(["echo '$A'"], given, 'release')).toEqual(output(`${green("$ echo 'b'")}b\n`))
    expect(await runStep(["echo '$A'"], given)).toEqual(output(`${green("$ echo '$A'")}$A\n`))
  })

  it('tells after_script how the script ended', async () => {
    const context = await aJob({
      job: { steps: [{ name: 'after_script', script: ['echo $CI_JOB_STATUS; pwd'] }] },
      runner: { builds_dir: join(root.path, String(made++)), pre_build_script: 'echo not here' },
    })
    expect(await runInShell(shell, afterScript(context, 'timedout'))).toEqual(
      output(
        `${green('Running after script...')}${green('$ echo $CI_JOB_STATUS; pwd')}timedout\n${context.dirs.project}\n`,
      ),
    )
  })

  it('says where it runs and forgets an earlier job’s GITLAB_ENV', async () => {
    const context = await aJob()
    await mkdir(context.dirs.tmp)
    await writeFile(join(context.dirs.tmp, 'gitlab_runner_env'), 'OLD=1\n')
    const hosts = { containerHostname: 'runner-abcdefghi-project-42-concurrent-0', runnerHostname: 'host1' }
    expect(await runInShell(shell, prepareScript(context, hosts))).toEqual(
      output('Running on runner-abcdefghi-project-42-concurrent-0 via host1...\n'),
    )
    expect(await readdir(context.dirs.tmp)).toEqual([])
    expect((await runInShell(shell, prepareScript(context, { ...hosts, runnerHostname: '' }))).stdout).toBe(
      'Running on runner-abcdefghi-project-42-concurrent-0...\n',
    )
  })

  it('removes file variables and what carried credentials at the end', async () => {
    const context = await aJob({ job: { variables: [aVariable('KEY', 'x', { file: true })] } })
    await runInShell(shell, stepScript(context, { name: 'script', script: ['echo A=1 > $GITLAB_ENV'] }))
    await writeFile(join(context.dirs.tmp, '.gitlab-runner.ext.conf'), 'token')
    await writeFile(join(context.dirs.tmp, 'kept'), '')
    expect(await runInShell(shell, cleanupScript(context), { env: { HOME: root.path } })).toEqual(output(''))
    expect(await readdir(context.dirs.tmp)).toEqual(['kept'])
  })

  it.each([
    ['clone', [], false],
    ['empty', [], false],
    ['none', ['Skipping build directory cleanup step'], true],
  ])(
    'with FF_ENABLE_JOB_CLEANUP and strategy %s treats the directory accordingly',
    async (strategy, says, stays) => {
      const context = await aJob({
        job: { variables: variables({ FF_ENABLE_JOB_CLEANUP: 'true', GIT_STRATEGY: strategy }) },
      })
      expect(await runInShell(shell, cleanupScript(context), { env: { HOME: root.path } })).toEqual(
        output(says.map(green).join('')),
      )
      expect(existsSync(context.dirs.project)).toBe(stays)
    },
  )

  describe('with a feature flag', () => {
    const withFlag = (flag: string, given: GivenParts['job'] = {}): GivenParts => ({
      job: { ...given, variables: variables({ [flag]: 'true' }) },
    })

    it('checks the status after each command (FF_ENABLE_BASH_EXIT_CODE_CHECK)', async () => {
      const { exitCode } = await runStep(
        ['set +e', '(exit 8)', 'echo never'],
        withFlag('FF_ENABLE_BASH_EXIT_CODE_CHECK'),
      )
      expect(exitCode).toBe(8)
    })

    it('pipes into eval (FF_USE_LEGACY_BASH_EVAL)', async () => {
      expect(await runStep(['cat', 'echo x', 'exit 3'], withFlag('FF_USE_LEGACY_BASH_EVAL'))).toEqual(
        output(`${green('$ cat')}${green('$ echo x')}x\n${green('$ exit 3')}`, 3),
      )
    })

    it('makes a section of a command’s lines (FF_SCRIPT_SECTIONS)', async () => {
      const features = { traceSections: true, tokenMaskPrefixes: [], failureReasons: [] }
      const { stdout } = await runStep(
        ['echo one', "echo 'a\\tb'\necho c"],
        withFlag('FF_SCRIPT_SECTIONS', { features }),
      )
      expect(stdout.replace(/_(start|end):\d{10}:/g, '_$1:T:')).toBe(
        `${green('$ echo one')}one\n` +
          'section_start:T:section_script_step_1[hide_duration=true,collapsed=true]\r\u001b[0K' +
          green("$ echo 'a\\tb'\necho c") +
          'section_end:T:section_script_step_1\r\u001b[0K\n' +
          (shell === 'dash' ? 'a\tb' : 'a\\tb') +
          '\nc\n',
      )
    })
  })

  it('traces every command with CI_DEBUG_TRACE', async () => {
    const { stdout, stderr } = await runStep(['echo hello'], {
      job: { variables: variables({ CI_DEBUG_TRACE: 'true' }) },
    })
    expect(stdout).toBe(`${green('$ echo hello')}hello\n`)
    expect(stderr).toMatch(/^\++ echo hello$/m)
  })
})

it('finds the image’s best shell, which reads the stage from stdin', async () => {
  const { stdout } = await promisify(execFile)('sh', ['-c', `echo 'echo "$0"' | (${shellDetector})`])
  expect(stdout).toMatch(/^\/.*\/bash\n$/)
})
