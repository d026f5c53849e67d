/** Where Docker Desktop, Homebrew and installers put programs on macOS. */
const folders = [
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/Applications/Docker.app/Contents/Resources/bin',
  '/usr/bin',
  '/bin',
  '/usr/sbin',
  '/sbin',
]

/**
 * What macOS starts by itself, an application from the Finder or an agent of launchd, finds the system's own programs only:
 * neither git of Homebrew nor the helper that has Docker's passwords.
 * @param path what is known so far, which goes first.
 */
export function withProgramFolders(path: string): string {
  const known = path.split(':').filter(Boolean)
  return [...known, ...folders.filter((folder) => !known.includes(folder))].join(':')
}
