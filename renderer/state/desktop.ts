import type { ToldDesktop } from '../../main/contract/desktop.ts'

/** Whether this page is the window of the application, which can open a terminal. */
export const isDesktop = (): boolean => window.location.protocol === 'app:'

/** Tells the application something; a browser has nobody to tell. */
export function tellDesktop(told: ToldDesktop): void {
  if (isDesktop()) window.postMessage({ drydock: told }, window.location.origin)
}
