import { expect, it } from 'vitest'

import { DockerError } from '../../../main/engine/docker/docker-error.ts'
import { asJobFailure } from '../../../main/engine/docker/errors.ts'
import type { VolumePlan } from '../../../main/engine/docker/plan-volumes.ts'

it('says why no private layer can be laid over a folder, in the engine’s words and with a remedy', () => {
  const entry = '/srv/sdk:/opt/sdk:O'
  const spec = { Type: 'bind', Source: '/srv/sdk', Target: '/opt/sdk', ReadOnly: true } as const
  const bind = { text: 'layer:/opt/sdk', destination: '/opt/sdk', hostPath: { entry, spec } }
  const volumes: VolumePlan = { binds: [bind], mounts: [], volumes: [], layers: [], infos: [], warnings: [] }
  // As Docker 20.10 says it where its data lie on another overlay.
  const at = '/var/lib/docker/volumes/layer/_data'
  const message = `error while mounting volume '${at}': failed to mount local volume: mount overlay:${at}, data: lowerdir=/srv/sdk,upperdir=/m/upper,workdir=/m/work: invalid argument`
  const failure = asJobFailure(new DockerError(message, { status: 500 }), {
    doing: 'start the build container',
    volumes,
  })
  expect(failure).toMatchObject({
    reason: 'runner_system_failure',
    message:
      'The Docker engine cannot lay a private layer over /srv/sdk (the volume "/srv/sdk:/opt/sdk:O"): invalid argument. Its data folder must lie on a file system such as ext4 or xfs, not on NFS or on another overlay. Mount the folder with ":ro" instead, or move the engine\'s data.',
  })
})
