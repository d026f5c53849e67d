import type { NoticeKind } from '../notice-kind.ts'
import type { PauseReason } from '../pause-rules.ts'
import type { SwitchName } from '../settings.ts'

const until = (reason: PauseReason) => reason.replace('quiet hours until ', '')

/** What the tray, the menus, the questions and the notifications say. */
export const en = {
  starting: 'Drydock is starting',
  trouble: (problem: string) => `Drydock: ${problem}`,
  paused: (why: string) => `Drydock is paused: ${why}`,
  pausedByUser: 'no new job is taken',
  pauseReason: (reason: PauseReason) =>
    reason === 'on battery' ? 'on battery' : `quiet hours until ${until(reason)}`,
  runs: (jobs: number) => (jobs === 1 ? 'Drydock runs 1 job' : `Drydock runs ${jobs} jobs`),
  waits: 'Drydock waits for jobs',
  open: 'Open Drydock',
  pause: 'Pause',
  resume: 'Resume',
  quit: 'Quit',
  quitAfterJobs: 'Quit after these jobs',
  quitAndCancel: 'Quit now and cancel them',
  restart: (version: string) => `Restart with Drydock ${version}`,
  restartAfterJobs: (version: string) => `Restart with Drydock ${version} after these jobs`,
  notUpdated: (version: string) => `Drydock ${version} could not be installed`,
  preferences: 'Preferences',
  switches: {
    startAtLogin: 'Start at login',
    keepAwake: 'Keep the computer awake while a job runs',
    pauseOnBattery: 'Pause on battery',
    checkForUpdates: 'Look for updates',
  } satisfies Record<SwitchName, string> as Record<SwitchName, string>,
  quietHours: (from: string, to: string) => `Pause from ${from} to ${to}`,
  goOnWhenClosed: 'Go on when the window is closed',
  notifyWhen: 'Notify when',
  notices: {
    JobFailed: 'A job has failed',
    JobPassed: 'A job has passed',
    EngineGone: 'Docker has gone away',
    TokenExpiring: 'A token expires',
    DiskLow: 'The disk is nearly full',
  } satisfies Record<NoticeKind, string> as Record<NoticeKind, string>,
  failed: (job: string) => `${job} failed`,
  passed: (job: string) => `${job} passed`,
  manyFailed: (jobs: number) => `${jobs} jobs failed`,
  manyPassed: (jobs: number) => `${jobs} jobs passed`,
  engineGone: 'Docker has gone away',
  tokenExpired: (runner: string) => `The token of ${runner} has expired`,
  tokenExpires: (runner: string, days: number) =>
    days === 1
      ? `The token of ${runner} expires within a day`
      : `The token of ${runner} expires in ${days} days`,
  tokenRemedy: 'Give the runner a new one, or GitLab will send it no more jobs.',
  diskLow: (gib: string) => `${gib} GiB are left on the disk`,
  diskRemedy: 'Jobs fail when it is full. Remove images, caches or logs that are no longer needed.',
  otherVersion: (theirs: string) => `The service that runs is Drydock ${theirs}`,
  otherVersionRemedy: (ours: string) =>
    `This application is ${ours}. Bring both to the same version: until then some pages may not work.`,
  inBackground: 'Drydock goes on in the background',
  comeBack: 'Start it again to see its window.',
  goOn: 'Should Drydock go on taking jobs?',
  goOnDetail:
    'It can stay in the background, without a window. This is asked once; Preferences has it afterwards.',
  goOnInBackground: 'Go on in the background',
  running: (jobs: number) => (jobs === 1 ? '1 job is running' : `${jobs} jobs are running`),
  quitDetail: 'Quitting now cancels them, and GitLab shows them as failed by the runner.',
  quitNow: 'Quit now',
  stay: 'Stay',
  badConfig: 'The configuration cannot be used',
  notStarted: 'Drydock could not start',
  again: 'Try again',
  openConfig: 'Open the configuration',
  noShell: 'The shell could not be opened',
  noTerminal: (command: string) => `No terminal was found. Type this into one: ${command}`,
}

export type DesktopWords = typeof en
