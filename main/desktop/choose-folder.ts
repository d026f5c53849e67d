import type { Dialog } from 'electron'

/** Shows the system's dialog for a folder. @returns `undefined` when it was left. */
export async function chooseFolder(dialog: Pick<Dialog, 'showOpenDialog'>): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory'] })
  return canceled ? undefined : filePaths[0]
}
