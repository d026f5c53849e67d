import { join } from 'node:path'

/** What Drydock ships beside its programs. */
export function resourcesDirectory(): string {
  const here = import.meta.dirname
  return here.endsWith('dist') ? join(here, '../resources') : join(here, '../../resources')
}
