import { describe, expect, it } from 'vitest'

import { leaveAppImage } from '../../main/desktop/appimage-environment.ts'

describe('the environment of an AppImage', () => {
  it('is that of its user for the programs it starts', () => {
    const environment: Record<string, string | undefined> = {
      APPIMAGE: '/home/x/Drydock.AppImage',
      APPDIR: '/tmp/.mount_DryX',
      PATH: '/tmp/.mount_DryX:/tmp/.mount_DryX/usr/sbin:/usr/bin:/bin',
      LD_LIBRARY_PATH: '/tmp/.mount_DryX/usr/lib',
      XDG_DATA_DIRS: '/tmp/.mount_DryX/usr/share/::/usr/share/gnome:/usr/share/',
      GSETTINGS_SCHEMA_DIR: '/tmp/.mount_DryX/usr/share/glib-2.0/schemas:/opt/schemas',
    }
    leaveAppImage(environment)
    expect(environment).toEqual({
      APPIMAGE: '/home/x/Drydock.AppImage',
      APPDIR: '/tmp/.mount_DryX',
      PATH: '/usr/bin:/bin',
      XDG_DATA_DIRS: '/usr/share/gnome:/usr/share/',
      GSETTINGS_SCHEMA_DIR: '/opt/schemas',
    })
  })

  it('is left alone elsewhere', () => {
    const environment = { PATH: '/usr/bin:', LD_LIBRARY_PATH: '/opt/lib' }
    leaveAppImage(environment)
    expect(environment).toEqual({ PATH: '/usr/bin:', LD_LIBRARY_PATH: '/opt/lib' })
  })
})
