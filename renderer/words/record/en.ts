/** What is told of a job besides its log: what it used and moved. */
export const record = {
  resources: {
    title: 'Memory and processors',
    hint: 'As the engine counted every few seconds; a shorter peak may be missing.',
    container: 'Container',
    now: 'Now',
    most: 'Most memory',
    limit: 'Limit',
    cpuTime: 'CPU time',
    none: 'none',
    roles: { build: 'build', helper: 'helper', service: 'service' },
    memory: (used: string) => `${used} memory`,
    memoryOf: (used: string, limit: string) => `${used} of ${limit} memory`,
    cpus: (busy: string) => `${busy} CPUs`,
    cpusOf: (busy: string, limit: string) => `${busy} of ${limit} CPUs`,
    mostMemory: (used: string) => `peak memory ${used}`,
    usedUp: (limit: string) => `It may have ${limit}, and has used all of it.`,
    seenInUse: (used: string, limit: string) =>
      `Its memory is limited to ${limit}; ${used} were seen in use.`,
  },
  recreate: {
    title: 'Run such a container yourself',
    hint: 'A shell with the same image, mounts, user and limits, and the programs of its toolchains. Of variables it has the names: docker takes their values from your terminal. Services are not part of it.',
  },
  exportJobs: {
    title: 'Export these jobs',
    as: { csv: 'Export as CSV', json: 'Export as JSON' },
    writing: (share: string) => `Exporting… ${share}`,
    stop: 'Stop the export',
    failed: (why: string) => `The export stopped: ${why}`,
  },
  moved: {
    title: 'Moved over the network',
    images: 'Images',
    toolchains: 'Toolchains, mounted',
  },
}

export type RecordWords = typeof record
