const seconds: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
  mo: 2_592_000,
  month: 2_592_000,
  y: 31_557_600,
  yr: 31_557_600,
  year: 31_557_600,
}

/**
 * Reads a duration as pipelines write it: `90`, `1h 30m`, `2 hours and 20 minutes`, `1 week`.
 * @returns seconds, or undefined for what is no duration.
 */
export function parseDuration(text: string): number | undefined {
  const words = text.trim().toLowerCase()
  if (/^\d+$/.test(words)) return Number(words)
  const parts = [...words.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)]
  const rest = words.replaceAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g, '').replaceAll(/\band\b|[\s,]/g, '')
  if (parts.length === 0 || rest !== '') return undefined
  let total = 0
  for (const [, amount = '', unit = ''] of parts) {
    const factor = seconds[unit] ?? seconds[unit.replace(/s$/, '')]
    if (factor === undefined) return undefined
    total += Number(amount) * factor
  }
  return Math.round(total)
}
