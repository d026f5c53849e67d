import { describe, expect, it } from 'vitest'

import { explainFailure, type FailedJob } from '../../main/contract/explain-failure.ts'

const failed = (given: Partial<FailedJob>): FailedJob => ({
  reason: 'script_failure',
  message: `exit code ${given.exitCode ?? 1}`,
  exitCode: 1,
  lines: [],
  ...given,
})

// As shells and loaders really print them (docker-executor.md §18.7).
describe.each([
  [
    '/opt/sdk/bin/gcc: cannot execute: required file not found',
    127,
    'loader-missing',
    { program: '/opt/sdk/bin/gcc' },
  ],
  [
    'bash: line 3: /opt/sdk/bin/gcc: No such file or directory',
    127,
    'program-or-loader-missing',
    { program: '/opt/sdk/bin/gcc' },
  ],
  ['sh: /opt/sdk/bin/gcc: not found', 127, 'program-or-loader-missing', { program: '/opt/sdk/bin/gcc' }],
  ['sh: gcc: not found', 127, 'program-missing', { program: 'gcc' }],
  [
    '/usr/bin/bash: line 12: aarch64-gcc: command not found',
    127,
    'program-missing',
    { program: 'aarch64-gcc' },
  ],
  [
    'Error relocating /opt/sdk/bin/gcc: __fprintf_chk: symbol not found',
    127,
    'glibc-under-musl',
    { program: '/opt/sdk/bin/gcc', symbol: '__fprintf_chk' },
  ],
  [
    '/opt/sdk/bin/cc1: error while loading shared libraries: libmpfr.so.6: cannot open shared object file: No such file or directory',
    1,
    'library-missing',
    { program: '/opt/sdk/bin/cc1', library: 'libmpfr.so.6' },
  ],
  [
    'Error loading shared library libz.so.1: No such file or directory (needed by /opt/sdk/bin/as)',
    127,
    'library-missing',
    { library: 'libz.so.1', program: '/opt/sdk/bin/as' },
  ],
  [
    "/opt/sdk/bin/gcc: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by /opt/sdk/bin/gcc)",
    1,
    'glibc-too-old',
    { version: 'GLIBC_2.34', program: '/opt/sdk/bin/gcc' },
  ],
  [
    "x: /usr/lib/libstdc++.so.6: version `GLIBCXX_3.4.30' not found (required by x)",
    1,
    'libstdcxx-too-old',
    { version: 'GLIBCXX_3.4.30', program: 'x' },
  ],
  [
    'bash: line 1: ./tool: cannot execute binary file: Exec format error',
    126,
    'other-cpu',
    { program: './tool' },
  ],
  [
    'rosetta error: failed to open elf at /lib64/ld-linux-x86-64.so.2',
    133,
    'foreign-loader',
    { loader: '/lib64/ld-linux-x86-64.so.2' },
  ],
  [
    "qemu-x86_64: Could not open '/lib64/ld-linux-x86-64.so.2': No such file or directory",
    255,
    'foreign-loader',
    { loader: '/lib64/ld-linux-x86-64.so.2' },
  ],
  ['sh: ./configure: Permission denied', 126, 'not-executable', { program: './configure' }],
  ['FATAL: kernel too old', 127, 'kernel-too-old', {}],
  ['CPU ISA level is lower than required', 127, 'cpu-too-old', {}],
  [
    'ls: symbol lookup error: /opt/sdk/lib/libc.so.6: undefined symbol: x, version GLIBC_PRIVATE',
    127,
    'private-libc',
    { program: '/opt/sdk/lib/libc.so.6' },
  ],
  ['cp: error writing: No space left on device', 1, 'no-space', {}],
  ["touch: cannot touch '/opt/sdk/x': Read-only file system", 1, 'read-only', { path: '/opt/sdk/x' }],
  [
    "fatal: detected dubious ownership in repository at '/builds/a/b'",
    128,
    'dubious-ownership',
    { folder: '/builds/a/b' },
  ],
  [
    'fatal: unable to access: Could not resolve host: git.example.com',
    128,
    'host-not-found',
    { host: 'git.example.com' },
  ],
  ['fatal: SSL certificate problem: self-signed certificate', 128, 'tls-not-trusted', {}],
  ['c++: fatal error: Killed signal terminated program cc1plus', 1, 'out-of-memory', { program: 'cc1plus' }],
  ['Killed', 137, 'killed', {}],
  ['Segmentation fault (core dumped)', 139, 'crashed', {}],
] as const)('%s', (line, exitCode, kind, facts) => {
  it(`means ${kind}`, () =>
    expect(
      explainFailure(failed({ lines: ['make all', line, 'ERROR: Job failed: exit code'], exitCode })),
    ).toMatchObject({
      kind,
      facts,
    }))
})

describe('a failure', () => {
  it('is explained by its outcome where the log is silent', () =>
    expect([
      explainFailure(
        failed({ reason: 'job_execution_timeout', message: 'execution took longer than 1h0m0s seconds' }),
      ),
      explainFailure(
        failed({
          reason: 'runner_configuration_error',
          message: 'bind source path does not exist: /opt/sdk',
        }),
      ),
      explainFailure(failed({ reason: 'runner_interrupted', message: 'aborted: terminated' })),
      explainFailure(
        failed({
          reason: 'image_pull_failure',
          message: 'dial tcp: lookup registry.example.com: no such host',
        }),
      ),
    ]).toEqual([
      { kind: 'timeout', facts: {} },
      { kind: 'folder-missing', facts: { folder: '/opt/sdk' } },
      { kind: 'stopped', facts: {} },
      { kind: 'registry-not-found', facts: { host: 'registry.example.com' } },
    ]))

  it('is explained by what was said last, and says where', () =>
    expect(
      explainFailure(
        failed({ lines: ['sh: first: not found', 'go on', 'sh: second: not found'], exitCode: 127 }),
      ),
    ).toEqual({
      kind: 'program-missing',
      facts: { program: 'second' },
      line: 2,
    }))

  it('is not explained by words that fit by chance', () =>
    expect([
      explainFailure(failed({ lines: ['test “file: not found” passed', 'expected 3, got 4'], exitCode: 1 })),
      explainFailure(failed({ lines: ['config: not found, using defaults'], exitCode: 2 })),
      explainFailure(failed({ lines: ['sudo: Permission denied'], exitCode: 1 })),
    ]).toEqual([undefined, undefined, undefined]))
})

it.each([
  { line: 'make: *** [all] Error 2', exitCode: 2, kind: 'out-of-memory' },
  { line: 'Killed', exitCode: 137, kind: 'out-of-memory' },
  { line: 'sh: gcc: not found', exitCode: 127, kind: 'program-missing' },
])('where memory ran out and the log ends with "$line", it means $kind', ({ line, exitCode, kind }) => {
  expect(explainFailure(failed({ lines: [line], exitCode, ranOut: true }))?.kind).toBe(kind)
})
