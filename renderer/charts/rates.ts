import type { JobNumbers } from '../../main/contract/statistics.ts'

export const total = ({ passed, failed, canceled }: JobNumbers): number => passed + failed + canceled

/** From 0 to 1; canceled jobs say nothing about it. */
export const rateOf = ({ passed, failed }: JobNumbers): number | undefined =>
  passed + failed === 0 ? undefined : passed / (passed + failed)
