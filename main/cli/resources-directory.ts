import { join } from 'node:path'

import { outsideArchive, packageRoot } from './package-root.ts'

/** What Drydock ships beside its programs. Git and Docker read in there too, so it never lies in an archive. */
export const resourcesDirectory = () => outsideArchive(join(packageRoot(), 'resources'))
