import { describe, expect, it } from 'vitest'

import { createJobOutput, type JobOutputOptions } from '../../../main/engine/log/job-output.ts'

const start = Date.UTC(2025, 9, 9, 8, 53, 20)

function anOutput(options: Partial<JobOutputOptions> = {}) {
  let written = ''
  let now = start
  const output = createJobOutput({
    log: {
      write: async (bytes) => {
        written += Buffer.from(bytes).toString()
      },
    },
    clock: { now: () => now },
    phrases: [],
    tokenPrefixes: [],
    maskAllDefaultTokens: true,
    timestamps: false,
    sections: true,
    ...options,
  })
  const later = (seconds: number) => {
    now += seconds * 1000
  }
  return { output, later, written: () => written }
}

/** The reference job of job-execution.md §2.7. */
async function printReference({ output, later }: ReturnType<typeof anOutput>) {
  const stage = async (name: string, title: string, print: () => Promise<void>) => {
    const end = await output.section(name, title)
    await print()
    later(4)
    await end()
  }
  await output.plain('Running with gitlab-runner 19.4.0 (0a1b2c3d)')
  await output.plain('  on demo aBcDeFgHi, system ID: s_1234567890ab')
  await stage('prepare_executor', 'Preparing the "docker" executor', () =>
    output.plain('Using Docker executor with image alpine:3 ...'),
  )
  await stage('prepare_script', 'Preparing environment', async () => {
    const out = output.stream(1, 'O')
    await out.write('Running on runner-abcdefghi-project-42-concurrent-0 via host1...\n')
    await out.end()
  })
  await stage('step_script', 'Executing "step_script" stage of the job script', async () => {
    const out = output.stream(1, 'O')
    await out.write('\u001B[32;1m$ echo hi\u001B[0;m\nhi\n')
    await out.end()
  })
  await output.info('Job succeeded')
  await output.end()
}

const [clear, cyan, green, reset] = ['\u001B[0K', '\u001B[36;1m', '\u001B[32;1m', '\u001B[0;m']

describe('the output of a job', () => {
  it('reads like the reference without timestamps', async () => {
    const job = anOutput()
    await printReference(job)
    expect(job.written()).toBe(
      [
        `${clear}Running with gitlab-runner 19.4.0 (0a1b2c3d)${reset}`,
        `${clear}  on demo aBcDeFgHi, system ID: s_1234567890ab${reset}`,
        `section_start:1760000000:prepare_executor\r${clear}${clear}${cyan}Preparing the "docker" executor${reset}${reset}`,
        `${clear}Using Docker executor with image alpine:3 ...${reset}`,
        `section_end:1760000004:prepare_executor\r${clear}section_start:1760000004:prepare_script\r${clear}${clear}${cyan}Preparing environment${reset}${reset}`,
        'Running on runner-abcdefghi-project-42-concurrent-0 via host1...',
        `section_end:1760000008:prepare_script\r${clear}section_start:1760000008:step_script\r${clear}${clear}${cyan}Executing "step_script" stage of the job script${reset}${reset}`,
        `${green}$ echo hi${reset}`,
        'hi',
        `section_end:1760000012:step_script\r${clear}${green}Job succeeded${reset}`,
        '',
      ].join('\n'),
    )
  })

  it('reads like the reference with timestamps', async () => {
    const job = anOutput({ timestamps: true })
    await printReference(job)
    const at = (seconds: number) => new Date(start + seconds * 1000).toISOString().replace('Z', '000Z')
    expect(job.written()).toBe(
      [
        `${at(0)} 00O ${clear}Running with gitlab-runner 19.4.0 (0a1b2c3d)${reset}`,
        `${at(0)} 00O ${clear}  on demo aBcDeFgHi, system ID: s_1234567890ab${reset}`,
        `${at(0)} 00O section_start:1760000000:prepare_executor\r${clear}`,
        `${at(0)} 00O+${clear}${cyan}Preparing the "docker" executor${reset}${reset}`,
        `${at(0)} 00O ${clear}Using Docker executor with image alpine:3 ...${reset}`,
        `${at(4)} 00O section_end:1760000004:prepare_executor\r${clear}`,
        `${at(4)} 00O+section_start:1760000004:prepare_script\r${clear}`,
        `${at(4)} 00O+${clear}${cyan}Preparing environment${reset}${reset}`,
        `${at(4)} 01O Running on runner-abcdefghi-project-42-concurrent-0 via host1...`,
        `${at(8)} 00O section_end:1760000008:prepare_script\r${clear}`,
        `${at(8)} 00O+section_start:1760000008:step_script\r${clear}`,
        `${at(8)} 00O+${clear}${cyan}Executing "step_script" stage of the job script${reset}${reset}`,
        `${at(8)} 01O ${green}$ echo hi${reset}`,
        `${at(8)} 01O hi`,
        `${at(12)} 00O section_end:1760000012:step_script\r${clear}`,
        `${at(12)} 00O+${green}Job succeeded${reset}`,
        '',
      ].join('\n'),
    )
  })

  it('writes warnings and errors in their styles', async () => {
    const { output, written } = anOutput()
    await output.warning('careful')
    await output.error('Job failed: exit code 1')
    expect(written()).toBe(
      '\u001B[0;33mWARNING: careful\u001B[0;m\n\u001B[31;1mERROR: Job failed: exit code 1\u001B[0;m\n',
    )
  })

  it('prints headings alone where GitLab wants no sections', async () => {
    const { output, written } = anOutput({ sections: false })
    await (
      await output.section('get_sources', 'Getting source')
    )()
    expect(written()).toBe(`${clear}${cyan}Getting source${reset}${reset}\n`)
  })

  it('masks in every stream, also in its own lines, and across the chunks of a stream', async () => {
    const { output, written } = anOutput({ phrases: ['s3cret'], tokenPrefixes: ['acme-'] })
    const [out, err] = [output.stream(1, 'O'), output.stream(1, 'E')]
    await out.write('a s3c')
    await err.write('glpat-abc and ')
    await out.write('ret, ')
    await err.write('?private_token=x acme-1\n')
    await out.end()
    await err.end()
    await output.error('Job failed: no s3cret')
    await output.end()
    expect(written()).toBe(
      'a glpat-[MASKED] and [MASKED], ?private_token=[MASKED] acme-[MASKED]\n' +
        '\u001B[31;1mERROR: Job failed: no [MASKED]\u001B[0;m\n',
    )
  })

  it('masks what it learns of later, in streams that are open', async () => {
    const { output, written } = anOutput()
    const out = output.stream(1, 'O')
    await out.write('late ')
    await output.addPhrases(['late'])
    await out.write('late')
    await output.end()
    expect(written()).toBe('late [MASKED]')
  })

  it('keeps the characters of one stream whole while another prints', async () => {
    const { output, written } = anOutput()
    const [out, err] = [output.stream(1, 'O'), output.stream(1, 'E')]
    await out.write(Uint8Array.of(0xe2, 0x82))
    await err.write('x')
    await out.write(Uint8Array.of(0xac))
    await output.end()
    expect(written()).toBe('x€')
  })

  it('ends what a stage left open before its own last line', async () => {
    const { output, written } = anOutput({ timestamps: true })
    const service = output.stream(15, 'E')
    await service.write('half a line')
    await output.end()
    await service.end()
    await expect(service.write('late')).rejects.toThrow('This stream of the job has ended')
    expect(written()).toBe('2025-10-09T08:53:20.000000Z 0fE half a line\n')
  })
})
