import type { Instant } from '../../main/contract/instant.ts'
import type { Words } from '../words/en.ts'
import type { Language } from '../words/languages.ts'

/** Numbers and times as this reader's language writes them. Durations and ages are milliseconds. */
export interface Format {
  /** `0:42`, `1:13`, `2:03:04`: for columns. */
  clock(duration: number): string
  /** `9 s`, `1 m 13 s`, `2 h 3 m`: for sentences. */
  readonly duration: (duration: number) => string
  /** `3 minutes ago`; the date where it is longer than a day. */
  ago(instant: Instant, now: Instant): string
  /** `3 minutes ago`, `3 days ago`; the date where it is longer than a month. */
  longAgo(instant: Instant, now: Instant): string
  moment(instant: Instant): string
  readonly percent: (share: number) => string
  /** `3.4 MiB` */
  readonly bytes: (bytes: number) => string
  /** `3.4` */
  readonly decimal: (value: number) => string
  /** `340 MiB`, `4.2 GiB`. */
  size(bytes: number): string
}

export function createFormat(language: Language, words: Words): Format {
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'narrow' })
  const day = new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    // As in logs.
    hourCycle: 'h23',
  })
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const full = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    hourCycle: 'h23',
  })
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 })

  const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })

  const format: Format = {
    clock(duration) {
      const { hours, minutes, seconds } = split(duration)
      const two = (value: number) => String(value).padStart(2, '0')
      return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
    },
    duration(duration) {
      const { hours, minutes, seconds } = split(duration)
      if (hours > 0) return words.duration.hours(hours, minutes)
      if (minutes > 0) return words.duration.minutes(minutes, seconds)
      return words.duration.seconds(duration < 9950 ? Math.round(duration / 100) / 10 : seconds)
    },
    ago(instant, now) {
      const seconds = Math.round((instant - now) / 1000)
      if (Math.abs(seconds) < 5) return words.justNow
      if (Math.abs(seconds) < 60) return relative.format(seconds, 'second')
      if (Math.abs(seconds) < 3600) return relative.format(Math.round(seconds / 60), 'minute')
      if (Math.abs(seconds) < 86_400) return relative.format(Math.round(seconds / 3600), 'hour')
      return day.format(instant)
    },
    longAgo(instant, now) {
      const days = Math.floor((now - instant) / 86_400_000)
      if (days < 1) return format.ago(instant, now)
      return days <= 30 ? relative.format(-days, 'day') : date.format(instant)
    },
    moment: (instant) => full.format(instant),
    percent: (value) => share.format(value),
    decimal: (value) => decimal.format(value),
    bytes(bytes) {
      const step = bytes < 1024 ? 0 : Math.min(4, Math.floor(Math.log2(bytes) / 10))
      return `${decimal.format(bytes / 1024 ** step)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][step]}`
    },
    size(bytes) {
      const unit = units.findLast(([, from]) => bytes >= from) ?? units[0]
      const value = bytes / unit[1]
      return `${value.toLocaleString(language, { maximumFractionDigits: value < 10 && unit[1] > 1 ? 1 : 0 })} ${unit[0]}`
    },
  }
  return format
}

const units = [
  ['B', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
  ['TiB', 1024 ** 4],
] as const

function split(duration: number): { hours: number; minutes: number; seconds: number } {
  const all = Math.max(0, Math.floor(duration / 1000))
  return { hours: Math.floor(all / 3600), minutes: Math.floor(all / 60) % 60, seconds: all % 60 }
}
