/** Everything the commands need of the engine, behind one late import. */
export { playDemo } from './demo/play-demo.ts'
export { pruneDisk } from './disk/prune-disk.ts'
export { showDisk } from './disk/show-disk.ts'
export { printJobs } from './jobs/print-jobs.ts'
export { openShell } from './shell/open-shell.ts'
export { startEngine } from './engine.ts'
export { examine } from './examine.ts'
export { showStatus } from './show-status.ts'
