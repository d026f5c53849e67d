import { describe, expect, it } from 'vitest'

import { userOf } from '../../../main/engine/toolchain/doctor/access.ts'

const files: Readonly<Record<string, string>> = {
  '/etc/passwd': 'root:x:0:0::/root:/bin/sh\ndev:x:1000:1001::/home/dev:/bin/sh\n',
  '/etc/group': 'root:x:0:\ndev:x:1001:\nusb:x:44:dev\n',
}
const image = { text: async (file: string) => files[file] }

describe('whom the doctor takes a job to run as', () => {
  it.each([
    { user: '', is: undefined },
    { user: 'root', is: undefined },
    { user: '0:0', is: undefined },
    { user: 'dev', is: { name: 'dev', uid: 1000, gids: [1001, 44] } },
    { user: 'dev:usb', is: { name: 'dev', uid: 1000, gids: [44] } },
    { user: 'nobody-here', is: { name: 'nobody-here', uid: undefined, gids: [0] } },
  ])('is $is where the image says $user', async ({ user, is }) => {
    expect(await userOf({ user }, image)).toEqual(is)
  })

  it('is named as the runner does where the runner chose', async () => {
    expect(await userOf({ user: '1000:usb' }, image, '1000:usb')).toEqual({
      name: '1000 (user = "1000:usb" in [runners.docker])',
      uid: 1000,
      gids: [44],
    })
  })
})
