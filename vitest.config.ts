import { defineConfig } from 'vitest/config'

// What is waited for comes at once, or late on a busy machine; that it never comes is worth half a minute.
const patient = { poll: { timeout: 30_000 } }

export default defineConfig({
  test: {
    // Names of scenarios are sentences, and picked by them with -t.
    taskTitleValueFormatTruncate: 0,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'test/{contract,engine,cli,desktop,packaging,loopback,architecture,renderer}/**/*.test.{ts,tsx}',
          ],
          // Many start real processes, servers and shells, which take their time on a busy machine.
          testTimeout: 60_000,
          // So does a second look; `npm test` names what needed one.
          retry: 1,
          expect: patient,
        },
      },
      {
        test: {
          name: 'docker',
          include: ['test/{docker,scenarios}/**/*.test.ts'],
          globalSetup: ['test/support/docker-engine.ts'],
          testTimeout: 120_000,
          expect: patient,
          hookTimeout: 300_000,
          fileParallelism: false,
          // A real engine and real time: what a busy machine spoils is looked at again.
          retry: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/docker-engine.ts'],
          testTimeout: 120_000,
          expect: patient,
          hookTimeout: 300_000,
          fileParallelism: false,
          // A real engine and real time: what a busy machine spoils is looked at again.
          retry: 2,
        },
      },
    ],
  },
})
