import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

import electronUpdater from 'electron-updater'

/**
 * electron-updater removes the old file before it has the new one in place, so a full disk costs the user the program;
 * it gives the new file another name, so menus and login items point at nothing; and it starts the new program while
 * the old one still holds the lock of the only instance, so that both may end. Here the file changes in one step, under
 * the name it has, and the new program starts when this one is gone.
 */
export class SteadyAppImageUpdater extends electronUpdater.AppImageUpdater {
  protected override doInstall({ isForceRunAfter }: { readonly isForceRunAfter: boolean }): boolean {
    const appImage = process.env['APPIMAGE']
    const fetched = this.installerPath
    if (appImage === undefined || fetched === null) throw new Error('There is no update to put in place')
    replaceProgram(appImage, fetched)
    if (isForceRunAfter) startWhenGone(process.pid, appImage)
    return true
  }
}

/** Copies, because the two may lie on different disks; whoever is interrupted leaves the old program. */
function replaceProgram(program: string, replacement: string): void {
  const neighbour = join(dirname(program), `.drydock-update-${process.pid}`)
  try {
    copyFileSync(replacement, neighbour)
    chmodSync(neighbour, 0o755)
    renameSync(neighbour, program)
  } catch (error) {
    rmSync(neighbour, { force: true })
    throw error
  }
  rmSync(replacement, { force: true })
}

function startWhenGone(pid: number, program: string): void {
  const waiting = 'while kill -0 "$1" 2>/dev/null; do sleep 0.2; done; exec "$0"'
  // The new program is mounted somewhere else, and says where by itself.
  const { APPDIR: _, APPIMAGE: __, ARGV0: ___, OWD: ____, ...env } = process.env
  // The folder it is started from is part of the old program, which is about to go.
  const options = { cwd: '/', env, detached: true, stdio: 'ignore' } as const
  spawn('/bin/sh', ['-c', waiting, program, String(pid)], options).unref()
}
