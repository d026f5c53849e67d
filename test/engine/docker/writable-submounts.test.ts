import { expect, it } from 'vitest'

import { writableSubmounts } from '../../../main/engine/docker/writable-submounts.ts'

const mountInfo = [
  '22 1 0:21 / /proc rw,nosuid shared:13 - proc proc rw',
  '30 1 0:31 / /opt/tools rw - ext4 /dev/sdb rw',
  '31 30 0:32 / /opt/tools/nfs\\040share rw - nfs host:/x rw',
  '32 30 0:33 / /opt/tools/fixed ro - squashfs /dev/loop0 ro',
  '33 1 0:34 / /opt/toolsets rw - ext4 /dev/sdc rw',
].join('\n')

const volume = (source: string, readOnly: boolean) => ({
  mounts: [
    {
      entry: `${source}:/t`,
      spec: { Type: 'bind' as const, Source: source, Target: '/t', ReadOnly: readOnly },
    },
  ],
  binds: [],
})

it.each([
  {
    source: '/opt/tools',
    readOnly: true,
    product: 'Docker',
    apiVersion: '1.43',
    named: ['/opt/tools/nfs share'],
  },
  {
    source: '/opt/tools',
    readOnly: true,
    product: 'Podman',
    apiVersion: '1.44',
    named: ['/opt/tools/nfs share'],
  },
  { source: '/opt/tools', readOnly: true, product: 'Docker', apiVersion: '1.44', named: [] },
  { source: '/opt/tools', readOnly: false, product: 'Docker', apiVersion: '1.41', named: [] },
  { source: '/opt/tools/nfs share', readOnly: true, product: 'Docker', apiVersion: '1.41', named: [] },
  { source: '/srv', readOnly: true, product: 'Docker', apiVersion: '1.41', named: [] },
] as const)(
  '$source, read-only: $readOnly, on $product with API $apiVersion: $named stays writable',
  ({ source, readOnly, product, apiVersion, named }) => {
    const said = writableSubmounts(volume(source, readOnly), { product, apiVersion }, mountInfo)
    expect(said.map((sentence) => /below it: (.*?)\. /.exec(sentence)?.[1])).toEqual(named)
  },
)
