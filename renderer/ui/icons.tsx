import type { ReactNode } from 'react'

interface IconProps {
  readonly size?: number
}

const drawn = (content: ReactNode) =>
  function Icon({ size = 16 }: IconProps) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
      >
        {content}
      </svg>
    )
  }

export const OverviewIcon = drawn(
  <>
    <rect x="2.5" y="2.5" width="4.6" height="4.6" rx="1.2" />
    <rect x="8.9" y="2.5" width="4.6" height="4.6" rx="1.2" />
    <rect x="2.5" y="8.9" width="4.6" height="4.6" rx="1.2" />
    <rect x="8.9" y="8.9" width="4.6" height="4.6" rx="1.2" />
  </>,
)
export const JobsIcon = drawn(<path d="M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01" />)
export const RunnersIcon = drawn(
  <>
    <rect x="2" y="3" width="12" height="4" rx="1.2" />
    <rect x="2" y="9" width="12" height="4" rx="1.2" />
    <path d="M4.5 5h.01M4.5 11h.01" />
  </>,
)
export const ToolchainsIcon = drawn(
  <path d="M9.6 2.9a3.4 3.4 0 0 0-3.9 4.6L2.4 10.8a1.5 1.5 0 0 0 0 2.1l.7.7a1.5 1.5 0 0 0 2.1 0l3.3-3.3a3.4 3.4 0 0 0 4.6-3.9l-2 2-2.3-.7-.7-2.3z" />,
)
export const ChartsIcon = drawn(<path d="M2.5 2.5v11h11M5 10l2.5-3 2 1.8 3.5-4.3" />)
export const DiskIcon = drawn(
  <>
    <ellipse cx="8" cy="4" rx="5.5" ry="2" />
    <path d="M2.5 4v8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2" />
  </>,
)
export const PulseIcon = drawn(<path d="M1.8 8.5h3L6.5 4l3 8 1.7-3.5h3" />)
export const SearchIcon = drawn(
  <>
    <circle cx="7" cy="7" r="4.2" />
    <path d="m10.2 10.2 3.3 3.3" />
  </>,
)
export const ClearIcon = drawn(<path d="m4.5 4.5 7 7m0-7-7 7" />)
export const BackIcon = drawn(<path d="M9.5 3.5 5 8l4.5 4.5" />)
export const UpIcon = drawn(<path d="M3.5 10 8 5.5 12.5 10" />)
export const DownIcon = drawn(<path d="M3.5 6 8 10.5 12.5 6" />)
export const RightIcon = drawn(<path d="M6 3.5 10.5 8 6 12.5" />)
export const CopyIcon = drawn(
  <>
    <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
    <path d="M3.5 10.5h-.2A.8.8 0 0 1 2.5 9.7V3.3a.8.8 0 0 1 .8-.8h6.4a.8.8 0 0 1 .8.8v.2" />
  </>,
)
export const DownloadIcon = drawn(<path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.8 13.2h10.4" />)
export const OutsideIcon = drawn(<path d="M6 3.5H3.5v9h9V10M9 2.8h4.2V7M13 3 7.5 8.5" />)
export const PlusIcon = drawn(<path d="M8 3.5v9M3.5 8h9" />)
export const CheckIcon = drawn(<path d="m3.5 8.5 3 3 6-7" />)
export const FoldIcon = drawn(<path d="M5 2.5 8 5.5l3-3M5 13.5l3-3 3 3M2.5 8h11" />)
export const SlidersIcon = drawn(
  <>
    <path d="M2.5 5h6M12.5 5h1M2.5 11h1M7.5 11h6" />
    <circle cx="10.5" cy="5" r="1.8" />
    <circle cx="5.5" cy="11" r="1.8" />
  </>,
)
export const AppearanceIcon = drawn(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="M8 2.2a5.8 5.8 0 0 1 0 11.6z" fill="currentColor" />
  </>,
)
export const AlertIcon = drawn(<path d="M8 2.2 14.2 13H1.8zM8 6.5v3M8 11.3h.01" />)
export const LockIcon = drawn(
  <>
    <rect x="3.5" y="7" width="9" height="6.5" rx="1.5" />
    <path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" />
  </>,
)

/** Status is shape, colour and word: these are the shapes. */
export const RunningShape = drawn(
  <>
    <circle cx="8" cy="8" r="5.5" className="shape-track" />
    <path d="M8 2.5A5.5 5.5 0 0 1 13.5 8" className="shape-turn" />
  </>,
)
export const PassedShape = drawn(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="m5.5 8.2 1.8 1.8 3.3-3.8" />
  </>,
)
export const FailedShape = drawn(
  <>
    <circle cx="8" cy="8" r="5.8" fill="currentColor" />
    <path d="m6 6 4 4m0-4-4 4" className="shape-cut" />
  </>,
)
export const CanceledShape = drawn(
  <>
    <circle cx="8" cy="8" r="5.8" />
    <path d="m4.2 11.8 7.6-7.6" />
  </>,
)
export const PausedShape = drawn(<path d="M5.5 3.5v9M10.5 3.5v9" strokeWidth="2" />)
export const DotShape = drawn(<circle cx="8" cy="8" r="3" fill="currentColor" stroke="none" />)
export const HollowShape = drawn(<circle cx="8" cy="8" r="3" />)

export function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M6 9v12a4 4 0 0 0 4 4h12a4 4 0 0 0 4-4V9"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.5"
        strokeLinecap="round"
      />
      <path d="M11 13h10l-1.8 6h-6.4z" fill="var(--on-accent)" />
    </svg>
  )
}
