import { PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { createHash, randomBytes } from 'node:crypto'

import { describe, expect, it, vi } from 'vitest'

import type { DockerEngine } from '../../main/engine/docker/port.ts'
import { aPreparedJob, aSystemId, anImage, images, leftOf, onEngine, testEngine } from './kit.ts'

const never = new AbortController().signal

describe('a job in Docker', () => {
  it('runs its script, then after_script in the same container, and leaves nothing behind', async () => {
    const systemId = aSystemId()
    const engine = await testEngine()
    const job = await aPreparedJob({ systemId }, engine)
    const script = await job.run('echo built > /root-file; echo building')
    const after = await job.run('cat /root-file')
    await job[Symbol.asyncDispose]()
    expect({ script, after, left: await leftOf(engine, systemId) }).toEqual({
      script: 'building\n',
      after: 'built\n',
      left: [],
    })
    engine.close()
  })

  it("reports the script's exit code", async () => {
    await using job = await aPreparedJob()
    await expect(job.run('exit 42')).rejects.toMatchObject({
      name: 'JobFailure',
      reason: 'script_failure',
      message: 'exit code 42',
      exitCode: 42,
    })
  })

  it('shows standard output and error as they were printed', async () => {
    await using job = await aPreparedJob()
    expect(await job.run('printf "né"; sleep 0.2; printf "to err" >&2; sleep 0.2; printf done')).toBe(
      'néto errdone',
    )
  })

  it('gets a script of a megabyte unchanged', async () => {
    await using job = await aPreparedJob({ job: { image: anImage(images.debian) } })
    const words = 'x'.repeat(1 << 20)
    expect(await job.run(`cat <<'END' | md5sum\n${words}\nEND`)).toBe(
      `${createHash('md5').update(`${words}\n`).digest('hex')}  -\n`,
    )
  })

  it('sees its variables and host name', async () => {
    await using job = await aPreparedJob({ variables: { GREETING: 'hello $CI_PROJECT_DIR' } })
    expect(await job.run('echo "$GREETING on $(hostname)"')).toBe(
      'hello /builds/acme/web/shop on runner-abcdefghi-project-42-concurrent-0\n',
    )
  })

  it('shares its sources between helper and build, writable for everybody', async () => {
    await using job = await aPreparedJob({ job: { image: anImage(images.debian, { user: '1000:1000' }) } })
    await job.run('mkdir -p $CI_PROJECT_DIR; echo fetched > $CI_PROJECT_DIR/file', { in: 'helper' })
    expect(await job.run('id -u; cd $CI_PROJECT_DIR; echo more >> file; cat file; touch /builds/mine')).toBe(
      '1000\nfetched\nmore\n',
    )
  })

  it('prefers bash where the image has it', async () => {
    await using job = await aPreparedJob({ job: { image: anImage(images.debian) } })
    expect(await job.run('echo ${BASH_VERSION:+bash}')).toBe('bash\n')
  })

  it('keeps the entrypoint of the job, which gets the shell as arguments', async () => {
    const entrypoint = ['sh', '-c', 'echo entering; exec "$@"', 'entry']
    await using job = await aPreparedJob({ job: { image: anImage(images.busybox, { entrypoint }) } })
    expect(await job.run('echo script')).toBe('entering\nscript\n')
  })

  it('ignores the entrypoint of the job where the configuration says so', async () => {
    await using job = await aPreparedJob({
      docker: { disable_entrypoint_overwrite: true },
      job: { image: anImage(images.busybox, { entrypoint: ['false'] }) },
    })
    expect(await job.run('echo script')).toBe('script\n')
    expect(job.text()).toContain('warning: Entrypoint override disabled')
  })

  it('fails clearly where the image cannot start a shell', async () => {
    const engine = await testEngine()
    const { prepare } = onEngine(engine, { variables: { PATH: '/nowhere' } })
    await expect(prepare()).rejects.toMatchObject({
      reason: 'runner_system_failure',
      message: expect.stringContaining('has no shell "sh" on its PATH'),
    })
    engine.close()
  })

  it('hands files over to the user of the image where umask is not to be used', async () => {
    await using job = await aPreparedJob({
      docker: { user: '' },
      job: { image: anImage(images.debian) },
      variables: { FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR: 'true' },
    })
    expect(await job.run('umask', { in: 'helper' })).toBe('0022\n')
    expect(job.text()).toContain('plain: Not using umask - FF_DISABLE_UMASK_FOR_DOCKER_EXECUTOR is set!')
  })

  it('gets another container when somebody removes its own, as often as the job says', async () => {
    await using job = await aPreparedJob({ variables: { EXECUTOR_JOB_SECTION_ATTEMPTS: '2' } })
    const removed = removeBuild(job.engine)
    expect(
      await job.run(
        'if [ ! -e /builds/second ]; then touch /builds/second /begun; sleep 60; fi; echo survived',
      ),
    ).toBe(
      `error: Container "${await removed}" not found or removed. Will retry...\ninfo: Retrying step_script\nsurvived\n`,
    )
  })

  it('does not take a removed container for a failed script', async () => {
    await using job = await aPreparedJob()
    const removed = removeBuild(job.engine)
    await expect(job.run('touch /begun; sleep 60')).rejects.toMatchObject({
      reason: 'runner_system_failure',
      message: expect.stringContaining('removed by somebody else'),
    })
    await removed
  })
})

/** The container with these labels, once its script has made the file. */
const withFile = (engine: DockerEngine, labels: readonly string[], file: string): Promise<string> =>
  vi.waitFor(
    async () => {
      for (const { id } of await engine.listContainers(labels))
        if ((await engine.statPath(id, file)) !== undefined) return id
      throw new Error(`no container has ${file}`)
    },
    { timeout: 20_000 },
  )

/** Removes the one build container of this file once its script runs. */
async function removeBuild(engine: DockerEngine): Promise<string> {
  const labels = ['com.drydock.purpose=build', 'com.drydock.session=test-session']
  const id = await withFile(engine, labels, '/begun')
  await engine.removeContainer(id, { volumes: true })
  return id
}

describe('a canceled stage', () => {
  const cancelOne = async (systemId: string, role: 'build' | 'helper', text: string) => {
    const job = await aPreparedJob({ systemId })
    const cancel = new AbortController()
    const reason = new Error('canceled by a person')
    const labels = [`com.drydock.system-id=${systemId}`, `com.drydock.purpose=${role}`]
    const running = job.run(`touch /marker\n${text}`, { in: role, signal: cancel.signal })
    void withFile(job.engine, labels, '/marker').finally(() => cancel.abort(reason))
    await expect(running).rejects.toBe(reason)
    const left = await job.engine.listContainers(labels)
    const states = await Promise.all(left.map(({ id }) => job.engine.inspectContainer(id)))
    return { job, running: states.filter((state) => state?.running === true).length }
  }

  it.each([
    { what: 'a script', text: 'echo begun; sleep 300' },
    { what: 'a script that ignores TERM in a child', text: "sh -c 'trap : TERM; while :; do sleep 1; done'" },
  ])('$what runs no more, and the next stage finds what it made', async ({ text }) => {
    const { job, running } = await cancelOne(aSystemId(), 'build', text)
    const next = await job.run('ls /marker; ps | grep "[s]leep" || echo nothing runs')
    await job[Symbol.asyncDispose]()
    expect({ running, next }).toEqual({ running: 0, next: '/marker\nnothing runs\n' })
  })

  it('in the helper is gone, and the next one has a fresh container', async () => {
    const { job, running } = await cancelOne(aSystemId(), 'helper', 'sleep 300')
    const next = await job.run('ls /marker 2>/dev/null || echo fresh', { in: 'helper' })
    await job[Symbol.asyncDispose]()
    expect({ running, next }).toEqual({ running: 0, next: 'fresh\n' })
  })

  it('lets its processes clean up', async () => {
    await using job = await aPreparedJob({ job: { image: anImage(images.debian) } })
    const cancel = new AbortController()
    const running = job.run(
      'sh -c \'trap "echo cleaned > /builds/cleaned; exit" TERM; echo ready; while :; do sleep 0.1; done\' & wait',
      { signal: cancel.signal },
    )
    void vi
      .waitFor(() => expect(job.text()).toContain('ready\n'), { timeout: 20_000 })
      .finally(() => cancel.abort(new Error('canceled')))
    await expect(running).rejects.toThrow('canceled')
    expect(await job.run('cat /builds/cleaned')).toBe('cleaned\n')
  })

  it('before it began does not run at all', async () => {
    await using job = await aPreparedJob()
    await expect(job.run('echo never', { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow(
      'too late',
    )
    expect(job.text()).not.toContain('never')
  })
})

describe('a program in the helper', () => {
  it('reads and writes any bytes', async () => {
    await using job = await aPreparedJob()
    const bytes = randomBytes(3_000_000)
    const stdout = new PassThrough()
    const [ended, echoed] = await Promise.all([
      job.environment.exec(['cat'], { stdin: Readable.from([bytes]), stdout }, never),
      buffer(stdout),
    ])
    expect({ ended, same: bytes.equals(echoed) }).toEqual({ ended: { exitCode: 0, stderr: '' }, same: true })
  })

  it('answers with its exit code, its errors and its folder', async () => {
    await using job = await aPreparedJob()
    const stdout = new PassThrough()
    const [ended, printed] = await Promise.all([
      job.environment.exec(
        ['sh', '-c', 'pwd; echo oops >&2; exit 3'],
        { stdout, workingDir: '/builds' },
        never,
      ),
      text(stdout),
    ])
    expect({ ended, printed }).toEqual({ ended: { exitCode: 3, stderr: 'oops\n' }, printed: '/builds\n' })
  })

  it('may end before it has read everything', async () => {
    await using job = await aPreparedJob()
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536)
      })(),
    )
    expect(await job.environment.exec(['true'], { stdin: endless }, never)).toEqual({
      exitCode: 0,
      stderr: '',
    })
  })

  it('is held back by whoever reads its output', async () => {
    await using job = await aPreparedJob()
    const stdout = new PassThrough({ highWaterMark: 1024 })
    const running = job.environment.exec(['sh', '-c', 'head -c 50000000 /dev/zero'], { stdout }, never)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const buffered = stdout.readableLength
    stdout.resume()
    expect({ ended: await running, isHeldBack: buffered < 1_000_000 }).toEqual({
      ended: { exitCode: 0, stderr: '' },
      isHeldBack: true,
    })
  })

  it('is gone when the job is aborted', async () => {
    await using job = await aPreparedJob()
    const abort = new AbortController()
    const stdout = new PassThrough()
    const command = ['sh', '-c', 'echo begun; exec sleep 300']
    const running = job.environment.exec(command, { stdout }, abort.signal)
    stdout.once('data', () => abort.abort(new Error('aborted')))
    await expect(running).rejects.toThrow('aborted')
  })
})

describe('a preparation', () => {
  it('that is aborted leaves nothing behind', async () => {
    const systemId = aSystemId()
    const engine = await testEngine()
    for (const after of [5, 30, 80, 200]) {
      const signal = AbortSignal.timeout(after)
      const { prepare } = onEngine(engine, { systemId, signal, variables: { GIT_STRATEGY: 'clone' } })
      await prepare().then(
        (environment) => environment[Symbol.asyncDispose](),
        () => undefined,
      )
    }
    expect(await leftOf(engine, systemId)).toEqual([])
    engine.close()
  })

  it('uses the image of the job as helper where the helper image cannot be had and the job has git', async () => {
    await using job = await aPreparedJob({
      docker: { helper_image: '127.0.0.1:1/none:1' },
      job: { image: anImage(images.helper) },
      variables: { GIT_STRATEGY: 'fetch' },
    })
    expect(await job.run('git --version', { in: 'helper' })).toMatch(/^git version/)
    expect(job.text()).toContain('The image of the job has git, so it is used instead')
  })

  it('says what to do where neither can fetch the sources', async () => {
    const engine = await testEngine()
    const { prepare } = onEngine(engine, {
      docker: { helper_image: 'drydock-test/none:1', pull_policy: 'never' },
      variables: { GIT_STRATEGY: 'fetch' },
    })
    await expect(prepare()).rejects.toMatchObject({
      name: 'JobFailure',
      message: expect.stringMatching(/drydock-test\/none:1.*drydock-test\/busybox:1.*Set helper_image/s),
    })
    engine.close()
  })
})
