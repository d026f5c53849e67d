import { join } from 'node:path'

import type { TrayState } from './tray-state.ts'

/**
 * The image of a state; the one for dense screens lies beside it as `@2x`. macOS colours template images itself, to suit
 * the menu bar, so there the shape alone tells.
 */
export const trayImageFile = (
  resources: string,
  kind: TrayState['kind'],
  platform: NodeJS.Platform,
): string => join(resources, 'tray', `${kind}${platform === 'darwin' ? 'Template' : ''}.png`)
