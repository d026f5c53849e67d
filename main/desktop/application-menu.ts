import type { Menu, MenuItemConstructorOptions } from 'electron'

/**
 * macOS needs a menu for its shortcuts, copy and paste among them. Elsewhere the page has everything, and a menu bar
 * would only be in the way.
 */
export function applicationMenu<M extends Menu>(
  platform: NodeJS.Platform,
  build: (template: MenuItemConstructorOptions[]) => M,
): M | null {
  if (platform !== 'darwin') return null
  return build([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
}
