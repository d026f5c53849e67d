type Environment = Record<string, string | undefined>

/** Lists of folders, in which an AppImage puts its own first. */
const lists = ['PATH', 'LD_LIBRARY_PATH', 'XDG_DATA_DIRS', 'GSETTINGS_SCHEMA_DIR']

/**
 * Takes out of the environment what an AppImage's start put in for itself. Programs that we start, such as terminals,
 * browsers, git and credential helpers, would load the AppImage's libraries instead of their own.
 */
export function leaveAppImage(environment: Environment): void {
  const mount = environment['APPDIR'] ?? ''
  if (mount === '') return
  const isOurs = (path: string) => path === mount || path.startsWith(`${mount}/`)
  for (const name of lists) {
    const given = environment[name]
    if (given === undefined) continue
    const left = given.split(':').filter((path) => path !== '' && !isOurs(path))
    if (left.length > 0) environment[name] = left.join(':')
    else delete environment[name]
  }
}
