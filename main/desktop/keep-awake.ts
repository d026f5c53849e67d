import type { PowerSaveBlocker } from 'electron'

/** Keeps the machine from falling asleep, the screen may go dark, as long as it is told that work is going on. */
export interface KeepAwake extends Disposable {
  update(isWorking: boolean): void
}

export function keepAwake(blocker: Pick<PowerSaveBlocker, 'start' | 'stop'>): KeepAwake {
  let id: number | undefined
  const update = (isWorking: boolean) => {
    if (isWorking && id === undefined) id = blocker.start('prevent-app-suspension')
    if (isWorking || id === undefined) return
    blocker.stop(id)
    id = undefined
  }
  return { update, [Symbol.dispose]: () => update(false) }
}
