import { join } from 'node:path'

/** The built page: beside the sources of a checkout, or beside the bundled program of an installed package. */
export function assetsDirectory(): string {
  const here = import.meta.dirname
  return here.endsWith('dist') ? join(here, 'renderer') : join(here, '../../dist/renderer')
}
