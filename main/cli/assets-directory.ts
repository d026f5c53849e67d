import { join } from 'node:path'

import { packageRoot } from './package-root.ts'

/** The built page. */
export const assetsDirectory = () => join(packageRoot(), 'dist/renderer')
