import { expect, it } from 'vitest'

import { chooseFolder } from '../../main/desktop/choose-folder.ts'

it.each([
  [{ canceled: false, filePaths: ['/srv/sdk'] }, '/srv/sdk'],
  [{ canceled: true, filePaths: [] }, undefined],
])('the dialog for a folder answers %j with %s', async (answer, folder) => {
  const asked: unknown[] = []
  const showOpenDialog = (options: unknown) => {
    asked.push(options)
    return Promise.resolve(answer)
  }
  expect([await chooseFolder({ showOpenDialog }), asked]).toEqual([
    folder,
    [{ properties: ['openDirectory'] }],
  ])
})
