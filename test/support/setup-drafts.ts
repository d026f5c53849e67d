import { emptyDraft, type SetupDraft, type SetupStep } from '../../main/contract/setup.ts'

/** Answers of somebody with a vendor's toolchain, come to a step. */
export const draft = (step: SetupStep): SetupDraft => ({
  ...emptyDraft,
  step,
  url: 'https://git.example.com',
  name: 'tangxin',
  tags: ['docker', 'atlas500'],
  image: 'debian:12-slim',
  mounts: [
    { source: '/root/atlas500', target: '', readOnly: true },
    { source: '/srv/ccache', target: '/ccache', readOnly: false },
  ],
  environment: ['DDK_HOME=/root/atlas500', 'LC_ALL=C'],
  path: ['/root/atlas500/host/bin', '/root/atlas500/toolchains/aarch64-linux-gcc6.3/bin'],
  compiler: 'aarch64-linux-gnu-gcc',
})
