import type { ImagePull, JobDetail } from '../../main/contract/job.ts'

const MiB = 1024 * 1024

/** One that goes well, and one whose registry has trouble. */
export const somePulls: readonly ImagePull[] = [
  {
    image: 'registry.example.com/firmware/atlas-sdk:2.4',
    layers: [
      { id: 'a3ed95caeb02', state: 'done', bytes: 80 * MiB, total: 80 * MiB },
      { id: '4f4fb700ef54', state: 'downloading', bytes: 200 * MiB, total: 520 * MiB },
      { id: '0c2d1f7e9b11', state: 'unpacking', bytes: 40 * MiB, total: 40 * MiB },
    ],
    bytesPerSecond: 20 * MiB,
  },
  {
    image: 'postgres:17',
    layers: [
      { id: '7d98d813d54f', state: 'retrying', bytes: 12 * MiB, total: 48 * MiB },
      { id: 'da802df85c96', state: 'waiting', bytes: 0 },
    ],
    bytesPerSecond: 0,
  },
]

/** A job that waits for its images. */
export const preparing: Pick<JobDetail, 'state' | 'stages'> = {
  state: { phase: 'preparing' },
  stages: [
    {
      name: 'prepare_executor',
      title: 'Preparing the "docker" executor',
      startedAt: Date.UTC(2026, 0, 1),
      endedAt: Date.UTC(2026, 0, 1) + 5000,
    },
  ],
}
