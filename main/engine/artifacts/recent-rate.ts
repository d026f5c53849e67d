const windowMs = 5000

/** The speed of a transfer over its last seconds. @param startedAt milliseconds. */
export function recentRate(startedAt: number) {
  const samples = [{ at: startedAt, bytes: 0 }]
  return {
    /** Notes how many bytes have come so far. @returns bytes per second. */
    note(at: number, bytes: number): number {
      samples.push({ at, bytes })
      // One sample from before the window stays: it is where the window begins.
      while (samples.length > 2 && at - (samples[1]?.at ?? at) >= windowMs) samples.shift()
      const [first] = samples
      return first && at > first.at ? ((bytes - first.bytes) / (at - first.at)) * 1000 : 0
    },
  }
}
