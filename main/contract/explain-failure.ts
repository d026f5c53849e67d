import type { FailureReason } from './job.ts'

/** What a failure may be recognised by. */
export interface FailedJob {
  readonly reason: FailureReason
  /** The outcome's one line. */
  readonly message: string
  readonly exitCode?: number
  /** The engine saw its memory run out. */
  readonly ranOut?: boolean
  /** The last lines of the log, without colours; the oldest first. A few hundred are plenty. */
  readonly lines: readonly string[]
}

/** A failure that is understood. Its words are found by `kind` in the reader's language; `facts` go into them. */
export interface Explanation {
  readonly kind: ExplanationKind
  /** Named pieces of the message, such as the program that was not found. */
  readonly facts: Readonly<Record<string, string>>
  /** Index in `lines` of what gave it away; absent where the outcome itself did. */
  readonly line?: number
}

interface Signature {
  readonly kind: string
  /** Looked for in each line from the last one up, and in the outcome's message. Named groups become facts. */
  readonly like: RegExp
  /** Where the words alone would be ambiguous. */
  readonly exitCodes?: readonly number[]
  readonly reasons?: readonly FailureReason[]
}

/**
 * From the particular to the general; the first that fits counts. Mostly docker-executor.md §18.7: a toolchain that
 * does not fit its image says everything but that.
 */
const signatures = [
  { kind: 'no-space', like: /no space left on device/i },
  { kind: 'foreign-loader', like: /rosetta error: failed to open elf at (?<loader>\S+)/ },
  { kind: 'foreign-loader', like: /(?:qemu[\w-]*: )?Could not open '(?<loader>[^']*ld[^']*)'/ },
  { kind: 'glibc-under-musl', like: /Error relocating (?<program>[^:]+): (?<symbol>\S+): symbol not found/ },
  {
    kind: 'glibc-too-old',
    like: /version [`'](?<version>GLIBC_[\d.]+)' not found \(required by (?<program>[^)]+)\)/,
  },
  {
    kind: 'libstdcxx-too-old',
    like: /version [`'](?<version>(?:GLIBCXX|CXXABI)_[\d.]+)' not found \(required by (?<program>[^)]+)\)/,
  },
  { kind: 'private-libc', like: /symbol lookup error: (?<program>[^:]+): .*GLIBC_PRIVATE/ },
  {
    kind: 'library-missing',
    like: /(?<program>[^\s:]+): error while loading shared libraries: (?<library>[^:]+): cannot open shared object file/,
  },
  {
    kind: 'library-missing',
    like: /Error loading shared library (?<library>[^:]+): No such file.*\(needed by (?<program>[^)]+)\)/,
  },
  { kind: 'library-missing', like: /Error loading shared library (?<library>[^:]+): No such file/ },
  { kind: 'kernel-too-old', like: /FATAL: kernel too old/ },
  { kind: 'cpu-too-old', like: /CPU ISA level is lower than required/ },
  { kind: 'other-cpu', like: /(?<program>[^\s:]+): (?:cannot execute binary file: )?Exec format error/i },
  { kind: 'other-cpu', like: /exec format error/i },
  { kind: 'loader-missing', like: /(?<program>[^\s:]+): cannot execute: required file not found/ },
  // A path that the shell sees in its folder and still cannot find: its loader is what is missing.
  {
    kind: 'program-or-loader-missing',
    like: /(?:line \d+: |\d+: )?(?<program>\/[^\s:]+): (?:not found|No such file or directory)$/,
    exitCodes: [127],
  },
  {
    kind: 'program-missing',
    like: /(?:line \d+: |\d+: |sh: )?(?<program>[^\s:/]+): (?:command )?not found$/,
    exitCodes: [127],
  },
  { kind: 'not-executable', like: /(?<program>[^\s:]+): Permission denied$/i, exitCodes: [126] },
  {
    kind: 'tls-not-trusted',
    like: /certificate signed by unknown authority|SSL certificate problem|self.signed certificate/i,
  },
  { kind: 'dubious-ownership', like: /detected dubious ownership in repository at '(?<folder>[^']+)'/ },
  { kind: 'sources-refused', like: /fatal: Authentication failed for '?(?<address>[^'\s]+)'?/ },
  {
    kind: 'registry-not-found',
    like: /dial tcp: lookup (?<host>[^\s:]+).*no such host/,
    reasons: ['image_pull_failure', 'runner_external_dependency_failure'],
  },
  { kind: 'host-not-found', like: /Could not resolve host: (?<host>[^\s;]+)/ },
  { kind: 'host-not-found', like: /dial tcp: lookup (?<host>[^\s:]+).*no such host/ },
  { kind: 'registry-denied', like: /pull access denied for (?<image>[^\s,]+)/ },
  { kind: 'registry-denied', like: /no basic auth credentials|unauthorized: authentication required/ },
  { kind: 'image-missing', like: /manifest (?:for (?<image>\S+) )?(?:unknown|not found)/ },
  { kind: 'image-other-cpu', like: /no matching manifest for (?<platform>\S+)/ },
  { kind: 'pull-limit', like: /toomanyrequests|You have reached your (?:unauthenticated )?pull rate limit/i },
  { kind: 'folder-missing', like: /(?:volume "[^"]+" cannot be mounted: )(?<folder>\S+) does not exist/ },
  { kind: 'folder-missing', like: /bind source path does not exist: (?<folder>\S+)/ },
  { kind: 'read-only', like: /(?<path>\/[^\s:'’]+)['’]?: Read-only file system/i },
  { kind: 'docker-in-docker', like: /Cannot connect to the Docker daemon at (?<address>\S+?)\.? / },
  { kind: 'port-in-use', like: /bind: address already in use|EADDRINUSE/ },
  // gcc, where the kernel killed the compiler proper.
  { kind: 'out-of-memory', like: /Killed signal terminated program (?<program>\S+)/ },
  { kind: 'out-of-memory', like: /out of memory|Cannot allocate memory|JavaScript heap out of memory/i },
  { kind: 'killed', like: /./, exitCodes: [137], reasons: ['script_failure'] },
  { kind: 'crashed', like: /./, exitCodes: [139], reasons: ['script_failure'] },
  { kind: 'timeout', like: /./, reasons: ['job_execution_timeout'] },
  { kind: 'stopped', like: /./, reasons: ['runner_interrupted'] },
] as const satisfies readonly Signature[]

export type ExplanationKind = (typeof signatures)[number]['kind']

/** What is behind a failure, where it is one that is known; the cause nearest to the end of the log. */
export function explainFailure(job: FailedJob): Explanation | undefined {
  const found = bySignature(job)
  const isVague = found === undefined || found.kind === 'killed'
  return isVague && job.ranOut === true ? { facts: {}, ...found, kind: 'out-of-memory' } : found
}

function bySignature(job: FailedJob): Explanation | undefined {
  for (const signature of signatures as readonly (Signature & { readonly kind: ExplanationKind })[]) {
    if (!isPossible(signature, job)) continue
    const line = job.lines.findLastIndex((text) => signature.like.test(text))
    const match = signature.like.exec((line === -1 ? undefined : job.lines[line]) ?? job.message)
    if (match === null) continue
    const isSaid = line !== -1 && signature.like.source !== '.'
    return { kind: signature.kind, facts: factsOf(match), ...(isSaid && { line }) }
  }
  return undefined
}

function isPossible({ exitCodes, reasons }: Signature, { exitCode, reason }: FailedJob): boolean {
  if (reasons !== undefined && !reasons.includes(reason)) return false
  return exitCodes === undefined || (exitCode !== undefined && exitCodes.includes(exitCode))
}

function factsOf({ groups }: RegExpExecArray): Readonly<Record<string, string>> {
  const found = Object.entries(groups ?? {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found)
}
