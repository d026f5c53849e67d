import { firstPlace, type WindowPlace } from './window.ts'

/** A part of the desktop, in pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

// So much of the title bar has to be on a screen that a hand can get hold of it.
const grip = { width: 120, height: 32 }

/** The place as it was, unless a screen it needs is gone: then the same size, where the system puts it. */
export function placeOn(screens: readonly Area[], { x, y, ...size }: WindowPlace): WindowPlace {
  const largest = screens.reduce(
    (most, { width, height }) => ({
      width: Math.max(most.width, width),
      height: Math.max(most.height, height),
    }),
    { width: 0, height: 0 },
  )
  const fitting = {
    ...size,
    width: Math.min(size.width, largest.width || firstPlace.width),
    height: Math.min(size.height, largest.height || firstPlace.height),
  }
  if (x === undefined || y === undefined) return fitting
  const isWithinReach = screens.some(
    (screen) =>
      Math.min(x + size.width, screen.x + screen.width) - Math.max(x, screen.x) >= grip.width &&
      y >= screen.y &&
      y + grip.height <= screen.y + screen.height,
  )
  return isWithinReach ? { ...fitting, x, y } : fitting
}
