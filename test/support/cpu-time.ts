/** @returns seconds that this thread computed for `work`; what else the machine does meanwhile does not count. */
export function cpuSeconds(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1e6
}
