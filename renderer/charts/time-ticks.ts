// So many fit beside each other in every language, in the narrowest chart.
const mostTicks = 5

/** The labels that stand at an axis of time, as far from each other as the last is from the one before. */
export function timeTicks(labels: readonly string[]): string[] {
  const step = Math.max(1, Math.ceil(labels.length / mostTicks))
  return labels.filter((_, at) => (labels.length - 1 - at) % step === 0)
}
