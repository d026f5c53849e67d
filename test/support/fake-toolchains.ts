import type { CheckEvent, DoctorReport, ToolchainMatrix } from '../../main/contract/doctor.ts'
import type { JobDetail } from '../../main/contract/job.ts'
import type { RunnerSummary } from '../../main/contract/status.ts'
import { say } from '../../main/contract/sentences/say.ts'
import { ApiError, type ApiImplementation } from '../../main/contract/table.ts'
import type { toolchainApi } from '../../main/contract/toolchain-api.ts'
import {
  inWords,
  type FingerprintState,
  type JobView,
  type ShelvedVersion,
  type ToolchainForm,
  type ToolchainRef,
  type ToolchainShelf,
} from '../../main/contract/toolchain.ts'

export interface FakeToolchains {
  readonly api: ApiImplementation<typeof toolchainApi>
  setFingerprint(reference: string, fingerprint: FingerprintState): void
}

export interface FakeToolchainParts {
  readonly watch: <T>(read: () => T, signal: AbortSignal) => AsyncIterable<T>
  readonly happened: () => void
  readonly runners: () => readonly RunnerSummary[]
  readonly jobs: () => readonly JobDetail[]
  readonly now: number
  readonly isEmpty: boolean
}

interface Kept {
  readonly form: ToolchainForm
  isCurrent: boolean
  fingerprint: FingerprintState
  readonly runners: Set<string>
}

const images = [
  { name: 'alpine:3.20', size: 8 * 2 ** 20 },
  { name: 'debian:11-slim', size: 80 * 2 ** 20 },
  { name: 'debian:12-slim', size: 78 * 2 ** 20 },
  { name: 'registry.example.com/firmware/build-environment:2026.11', size: 1.4 * 2 ** 30 },
]

/** The page of toolchains over a library in memory. */
export function fakeToolchains(parts: FakeToolchainParts): FakeToolchains {
  const { watch, happened, runners, jobs, now, isEmpty } = parts
  const kept = new Map<string, Kept>(
    (isEmpty ? [] : someToolchains(now)).map((one) => [inWords(one.form), one]),
  )
  let adopted = isEmpty
  const find = (reference: ToolchainRef): Kept => {
    const found = kept.get(inWords(reference))
    if (found === undefined) throw new ApiError('bad-input', `There is no toolchain ${inWords(reference)}.`)
    return found
  }
  const named = (key: string) => ({ key, name: runners().find((one) => one.key === key)?.name ?? key })

  function shelf(): ToolchainShelf {
    const versions = [...kept.values()].map((one): ShelvedVersion => {
      const found = jobs().filter(({ toolchains = [] }) =>
        toolchains.some((use) => inWords(use) === inWords(one.form)),
      )
      return {
        form: one.form,
        isCurrent: one.isCurrent,
        isFolderThere: true,
        sees: viewOf(one.form),
        fingerprint: one.fingerprint,
        runners: [...one.runners].map(named),
        jobs: found.slice(0, 5),
        jobCount: found.length,
      }
    })
    const ddk = aForm({ name: 'ddk', version: '1', folder: '/root/ddk', mountPoint: '/root/ddk' })
    return {
      toolchains: [...Map.groupBy(versions, ({ form }) => form.name)].map(([name, some]) => ({
        name,
        versions: some,
      })),
      adoptable: adopted
        ? []
        : [
            {
              reference: { name: 'ddk', version: '1' },
              folder: '/root/ddk',
              sees: viewOf(ddk),
              runners: runners()
                .slice(0, 2)
                .map(({ key }) => named(key)),
            },
          ],
      runners: runners().map(({ key }) => named(key)),
      configFile: '/home/kim/.config/drydock/config.toml',
      canBrowse: false,
    }
  }

  return {
    setFingerprint: (reference, fingerprint) => {
      const [name = '', version = ''] = reference.split('@')
      find({ name, version }).fingerprint = fingerprint
      happened()
    },
    api: {
      watchToolchains: (_, signal) => watch(shelf, signal),
      checkFolder: ({ path }) =>
        path.startsWith('/')
          ? path.startsWith('/nowhere')
            ? { state: 'missing', nearest: '/', folders: ['/opt', '/srv'] }
            : {
                state: 'found',
                folder: path,
                binFolders: ['bin', 'host/bin'],
                suggestion: { name: 'sdk', version: '3.1', mountPoint: '/opt/sdk' },
                folders: [`${path}/bin`, `${path}/host`],
              }
          : { state: 'not-absolute' },
      browseFolder: () => ({ state: 'chosen', folder: '/srv/sdk-3.1' }),
      addToolchain: ({ form }) => {
        if (kept.has(inWords(form))) throw new ApiError('conflict', `There is ${inWords(form)} already`)
        kept.set(inWords(form), {
          form,
          isCurrent: true,
          fingerprint: { state: 'computing', done: 1.2 * 2 ** 30, total: 3.4 * 2 ** 30 },
          runners: new Set(),
        })
        happened()
        return { name: form.name, version: form.version }
      },
      removeToolchain: (reference) => {
        find(reference)
        kept.delete(inWords(reference))
        happened()
      },
      previewToolchainEdit: ({ edit }) => ({
        revision: 'r1',
        file: '/home/kim/.config/drydock/config.toml',
        runners:
          edit.what === 'describe' && inWords(edit.form) === inWords(edit.reference)
            ? []
            : [{ name: 'tangxin', before: beforeToml, after: afterToml(inWords(edit.reference)) }],
        problems: [],
      }),
      editToolchains: ({ edit }) => {
        const one = edit.what === 'adopt' ? undefined : find(edit.reference)
        if (edit.what === 'assign') one?.runners.add(edit.runner)
        if (edit.what === 'unassign') one?.runners.delete(edit.runner)
        if (edit.what === 'adopt') adopted = true
        if (edit.what === 'switch')
          for (const other of kept.values())
            if (other.form.name === edit.reference.name) other.isCurrent = other === one
        if (edit.what === 'accept' && one !== undefined) {
          kept.delete(inWords(edit.reference))
          const form = { ...one.form, version: edit.version }
          kept.set(inWords(form), { ...one, form, fingerprint: knownContent(now) })
        }
        happened()
      },
      verifyToolchain: (reference) => {
        find(reference).fingerprint = { state: 'computing', done: 2 ** 30, total: 4 * 2 ** 30 }
        happened()
      },
      acceptDrift: (reference) => {
        find(reference).fingerprint = knownContent(now)
        happened()
      },
      readMatrix: (): ToolchainMatrix => ({
        state: 'ready',
        endpoint: 'unix:///var/run/docker.sock',
        images,
        rows: [...kept.values()].map(({ form: { name, version } }) => ({
          reference: { name, version },
          cells: [
            { state: 'examined', fit: 'fails', runs: 0, programs: 214 },
            { state: 'examined', fit: 'partly', runs: 198, programs: 214 },
            { state: 'examined', fit: 'runs', runs: 214, programs: 214 },
            { state: 'unknown' },
          ],
        })),
      }),
      async *watchCheck({ reference, image }): AsyncGenerator<CheckEvent> {
        yield { type: 'step', step: 'programs', done: 150, total: 214 }
        yield { type: 'report', report: aReport(reference, image), tookMs: 1840 }
      },
      async *importToolchain({ form }) {
        yield { type: 'progress', bytes: 900 * 2 ** 20 }
        yield {
          type: 'imported',
          reference: { name: form.name, version: form.version },
          folder: '/home/kim/.local/share/drydock/folders/sdk@3.1',
          files: 18_422,
          bytes: 3.4 * 2 ** 30,
          kept: 0,
        }
      },
      diagnoseJob: ({ id, program }) => {
        const job = jobs().find((one) => one.id === id)
        const use = job?.toolchains?.[0]
        if (job === undefined || use === undefined) return { state: 'unknown' }
        const report = aReport(use, 'alpine:3.20')
        const [finding] = report.findings
        return finding === undefined
          ? { state: 'unknown' }
          : {
              state: 'explained',
              diagnosis: {
                reference: { name: use.name, version: use.version },
                image: job.image,
                program: `/root/atlas500/bin/${program}`,
                finding: { ...finding, facts: { ...finding.facts, image: job.image } },
                fittingImages: report.fittingImages,
                runner: 'tangxin',
              },
            }
      },
    },
  }
}

const content = {
  root: 'c4d1f09ab27e6a5310b8cc2f4a6d9e0177f3b2a1c0d9e8f7a6b5c4d3e2f1a0b9',
  files: 61_204,
  bytes: 5.2 * 2 ** 30,
}

const knownContent = (now: number): FingerprintState => ({
  state: 'known',
  verifiedAt: now - 90_000,
  ...content,
})

function someToolchains(now: number): readonly Kept[] {
  const atlas = {
    name: 'atlas500',
    mountPoint: '/root/atlas500',
    variables: ['DDK_HOME=/root/atlas500', 'LC_ALL=C'],
    path: [
      'toolchains/Euler_compile_env_cross/arm/cross_compile/install/bin',
      'host/bin',
      'toolchains/aarch64-linux-gcc6.3/bin',
    ],
    libraryPath: ['host/lib'],
  }
  return [
    {
      form: aForm({
        ...atlas,
        version: '20.2',
        folder: '/srv/atlas500-20.2',
        notes: 'The vendor’s fix for the linker is in lib/patched.',
        projects: ['firmware/*'],
      }),
      isCurrent: true,
      fingerprint: knownContent(now),
      runners: new Set(['tangxin', 'build-farm']),
    },
    {
      form: aForm({ ...atlas, version: '20.1', folder: '/srv/atlas500-20.1' }),
      isCurrent: false,
      fingerprint: { state: 'computing', done: 3.1 * 2 ** 30, total: 4.9 * 2 ** 30, known: content },
      runners: new Set(),
    },
    {
      form: aForm({
        name: 'gcc-arm-none-eabi',
        version: '12.2',
        folder: '/opt/vendor/gcc-arm-none-eabi-12.2',
        path: ['bin'],
      }),
      isCurrent: true,
      fingerprint: {
        state: 'drifted',
        was: '7be0a1c2d3e4f5061728394a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8',
        noticedAt: now - 240_000,
        changes: [
          { path: 'bin/arm-none-eabi-ld', change: 'changed' },
          { path: 'lib/gcc/arm-none-eabi/12.2.1/plugin/new.so', change: 'added' },
          { path: 'share/doc/NEWS', change: 'removed' },
        ],
        changeCount: 3,
        ...content,
        files: 4812,
        bytes: 612 * 2 ** 20,
      },
      runners: new Set(['tangxin']),
    },
  ]
}

export const aForm = (given: Partial<ToolchainForm>): ToolchainForm => ({
  name: 'sdk',
  version: '1',
  folder: '/srv/sdk',
  mountPoint: `/opt/${given.name ?? 'sdk'}`,
  variables: [],
  path: ['bin'],
  libraryPath: [],
  notes: '',
  onRequest: [],
  onDrift: 'stop',
  volume: '',
  writable: false,
  ...given,
})

function viewOf({ folder, mountPoint, variables, path, libraryPath }: ToolchainForm): JobView {
  const inside = (at: string) => (at.startsWith('/') ? at : `${mountPoint}/${at}`)
  return {
    mount: { source: folder, target: mountPoint },
    environment: variables.map((entry) => {
      const [name = '', ...value] = entry.split('=')
      return { name, value: value.join('=') }
    }),
    path: path.map(inside),
    libraryPath: libraryPath.map(inside),
  }
}

function aReport(reference: ToolchainRef, image: string): DoctorReport {
  const isMusl = image.startsWith('alpine')
  const programs = [
    '/root/atlas500/bin/aarch64-linux-gnu-gcc',
    '/root/atlas500/bin/aarch64-linux-gnu-ld',
    '/root/atlas500/bin/gcc',
  ]
  const loader = '/lib64/ld-linux-x86-64.so.2'
  return {
    reference,
    image,
    architecture: 'amd64',
    fit: isMusl ? 'fails' : 'runs',
    programs: 214,
    runs: isMusl ? 0 : 214,
    findings: isMusl
      ? [
          {
            kind: 'wrong-libc',
            facts: { image, interpreter: loader },
            cause: `needs the glibc loader ${loader}, but ${image} uses musl`,
            remedy: 'Use an image with glibc, such as debian:12-slim.',
            blocking: true,
            count: 203,
            programs,
          },
          {
            kind: 'missing-interpreter',
            facts: { image, interpreter: '/usr/bin/perl' },
            cause: `is a script for /usr/bin/perl, which ${image} does not have`,
            remedy: 'Install perl in the image.',
            blocking: false,
            count: 11,
            programs: ['/root/atlas500/host/bin/mkimage.pl'],
          },
        ]
      : [],
    traps: isMusl
      ? [
          {
            name: 'stray-colon',
            cause:
              '"export LD_LIBRARY_PATH=/opt/lib:$LD_LIBRARY_PATH" ends in ":" where LD_LIBRARY_PATH is not set, which makes programs look into the working directory.',
            remedy: say('trap-line-instead', {
              to: 'export LD_LIBRARY_PATH=/opt/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}',
            }),
            command: 'drydock toolchain fix --runner tangxin',
            mend: { kind: 'line', from: 'a', to: 'b' },
            runner: { key: 'tangxin', name: 'tangxin' },
          },
        ]
      : [],
    proofs: [
      isMusl
        ? {
            program: programs[0] ?? '',
            exitCode: 127,
            printed: 'exec /root/atlas500/bin/aarch64-linux-gnu-gcc: no such file or directory',
          }
        : { program: programs[0] ?? '', exitCode: 0, printed: 'aarch64-linux-gnu-gcc (GCC) 6.3.0' },
    ],
    fittingImages: isMusl ? [{ image: 'debian:12-slim', runs: 214 }] : [],
  }
}

const beforeToml = `[[runners]]
  name = "tangxin" # the fast one
  url = "https://git.example.com"
  token = "[hidden]"
  executor = "docker"
  # environment values are literal
  environment = ["LC_ALL=C"]
  [runners.docker]
    image = "debian:12-slim"
    volumes = ["/cache"]`

const afterToml = (reference: string) => `[[runners]]
  name = "tangxin" # the fast one
  url = "https://git.example.com"
  token = "[hidden]"
  executor = "docker"
  # environment values are literal
  environment = ["DDK_HOME=/root/atlas500", "LC_ALL=C"]
  pre_build_script = """
# >>> toolchain ${reference}
# belongs to it: volume /srv/atlas500-20.2:/root/atlas500:ro
# belongs to it: environment DDK_HOME
# belongs to it: exports PATH
# belongs to it: made script
export PATH="/root/atlas500/host/bin\${PATH:+:$PATH}"
# <<< toolchain ${reference}
"""
  [runners.docker]
    image = "debian:12-slim"
    volumes = ["/srv/atlas500-20.2:/root/atlas500:ro", "/cache"]`
