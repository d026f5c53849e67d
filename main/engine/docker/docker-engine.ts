import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

import type { ApiCaller } from './api-caller.ts'
import {
  readContainer,
  readCreated,
  readEngineDisk,
  readExec,
  readGateway,
  readImage,
  readImages,
  readList,
  readMountpoint,
  readMtu,
  readNetwork,
  readPathStat,
  readSample,
  readPodmanDisk,
  readVolumes,
  readWait,
} from './answers.ts'
import { DockerError, isMissing } from './docker-error.ts'
import type { DockerEngine, EngineAbout, ExitWatch } from './port.ts'
import { readPull } from './pull-stream.ts'

const answerWithinMs = 20_000

/** The verbs of `DockerEngine` as Engine API requests. */
export function createDockerEngine(api: ApiCaller, about: EngineAbout, close: () => void): DockerEngine {
  const container = (id: string) => `/containers/${encodeURIComponent(id)}`
  const labelled = (labels: readonly string[]) => JSON.stringify({ label: labels })

  return {
    about,
    close,
    ping: async () =>
      void (await api.json({ method: 'GET', path: '/_ping', signal: AbortSignal.timeout(answerWithinMs) })),

    inspectImage: async (name, signal, platform) => {
      const query =
        platform !== undefined && isAtLeast(about.apiVersion, '1.49') ? { platform: asJson(platform) } : {}
      // Slashes and colons of an image name are part of the path.
      return orNothing(async () =>
        readImage(await api.json({ method: 'GET', path: `/images/${name}/json`, query, signal })),
      )
    },
    listImages: async () => readImages(await api.json({ method: 'GET', path: '/images/json' })),
    pullImage: async ({ repository, tag, platform, credentials }, onProgress, signal) => {
      const stream = await api.stream({
        method: 'POST',
        path: '/images/create',
        query: { fromImage: repository, tag, platform },
        ...(credentials && { auth: credentials }),
        signal,
      })
      await readPull(stream, onProgress, signal)
    },
    askRegistry: async (name, credentials, signal) =>
      (await orNothing(() =>
        api.json({
          method: 'GET',
          path: `/distribution/${name}/json`,
          ...(credentials && { auth: credentials }),
          signal,
        }),
      )) !== undefined,
    importImage: async (reference, tar) => {
      // Podman 4 does not look at tag, so the name carries it, too.
      const query = { fromSrc: '-', repo: reference, tag: reference.split(':')[1] }
      await readPull(await api.stream({ method: 'POST', path: '/images/create', query, body: tar }), () => {})
    },

    createVolume: async (spec, signal) =>
      readMountpoint(await api.json({ method: 'POST', path: '/volumes/create', body: spec, signal })),
    listVolumes: async (labels) =>
      readVolumes(await api.json({ method: 'GET', path: '/volumes', query: { filters: labelled(labels) } })),
    removeVolume: async (name) =>
      void (await orNothing(() =>
        api.json({ method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}`, query: { force: 1 } }),
      )),

    createNetwork: async (spec, signal) =>
      readCreated(await api.json({ method: 'POST', path: '/networks/create', body: spec, signal })),
    listNetworks: async (labels) =>
      readList(await api.json({ method: 'GET', path: '/networks', query: { filters: labelled(labels) } })),
    containersOn: async (network) =>
      (await orNothing(async () =>
        readNetwork(await api.json({ method: 'GET', path: `/networks/${network}` })),
      )) ?? [],
    removeNetwork: async (id) =>
      void (await orNothing(() => api.json({ method: 'DELETE', path: `/networks/${id}` }))),
    hostAddress: async () => {
      // Docker Desktop, Colima and others put the bridge into a virtual machine.
      if (process.platform !== 'linux' || about.operatingSystem.includes('Docker Desktop')) return undefined
      return readGateway(await api.json({ method: 'GET', path: '/networks/bridge' }))
    },

    bridgeMtu: () =>
      orNothing(async () => readMtu(await api.json({ method: 'GET', path: '/networks/bridge' }))),

    createContainer: async ({ name, platform, spec }, signal) =>
      readCreated(
        await api.json({
          method: 'POST',
          path: '/containers/create',
          query: { name, platform },
          body: spec,
          signal,
        }),
      ),
    startContainer: async (id, signal) =>
      void (await api.json({ method: 'POST', path: `${container(id)}/start`, signal })),
    stopContainer: async (id, signal) =>
      void (await api.json({ method: 'POST', path: `${container(id)}/stop`, signal })),
    inspectContainer: (id, signal) =>
      orNothing(async () =>
        readContainer(await api.json({ method: 'GET', path: `${container(id)}/json`, signal })),
      ),
    sampleContainer: async (id, signal) => {
      // Without one-shot the engine measures twice, for a percentage that is not asked for.
      const query = { stream: 'false', 'one-shot': 'true' }
      return readSample(await api.json({ method: 'GET', path: `${container(id)}/stats`, query, signal }))
    },
    removeContainer: async (id, { volumes }) => {
      const remove = () =>
        orNothing(() =>
          api.json({ method: 'DELETE', path: container(id), query: { force: 1, v: volumes ? 1 : 0 } }),
        )
      try {
        await remove().catch(async (error: unknown) => {
          // Podman does not kill what ends in the same moment, and so does not remove it.
          if (!(error instanceof DockerError && /container state improper/.test(error.message))) throw error
          await remove()
        })
      } catch (error) {
        if (!(error instanceof DockerError && error.status === 409)) throw error
        // Somebody else is removing it; it is gone when they are done.
        const removal = {
          method: 'POST',
          path: `${container(id)}/wait`,
          query: { condition: 'removed' },
        } as const
        await orNothing(() => api.json(removal))
      }
    },
    listContainers: async (labels) =>
      readList(
        await api.json({
          method: 'GET',
          path: '/containers/json',
          query: { all: 1, filters: labelled(labels) },
        }),
      ),
    watchExit: async (id, condition, signal) =>
      watched(
        await api.stream({ method: 'POST', path: `${container(id)}/wait`, query: { condition }, signal }),
      ),
    attach: (id, signal) =>
      api.upgrade({
        method: 'POST',
        path: `${container(id)}/attach`,
        query: { stream: 1, stdin: 1, stdout: 1, stderr: 1 },
        signal,
      }),
    readLogs: (id, { follow, timestamps }, signal) =>
      api.stream({
        method: 'GET',
        path: `${container(id)}/logs`,
        query: { stdout: 1, stderr: 1, follow: follow ? 1 : 0, timestamps: timestamps ? 1 : 0 },
        signal,
      }),

    putArchive: async (id, path, tar, signal) =>
      void (await api.json({
        method: 'PUT',
        path: `${container(id)}/archive`,
        query: { path },
        body: tar,
        signal,
      })),

    statPath: (id, path, signal) =>
      orNothing(async () => {
        const request = { method: 'HEAD', path: `${container(id)}/archive`, query: { path }, signal } as const
        const answer = await api.stream(request)
        answer.resume()
        return readPathStat((answer as IncomingMessage).headers['x-docker-container-path-stat'])
      }),
    readArchive: (id, path, signal) =>
      api.stream({ method: 'GET', path: `${container(id)}/archive`, query: { path }, signal }),

    createExec: async (id, { command, stdin, terminal = false, env, user, workingDir }, signal) =>
      readCreated(
        await api.json({
          method: 'POST',
          path: `${container(id)}/exec`,
          body: {
            Cmd: command,
            AttachStdin: stdin,
            AttachStdout: true,
            AttachStderr: true,
            Tty: terminal,
            Env: env,
            User: user,
            WorkingDir: workingDir,
          },
          signal,
        }),
      ),
    startExec: (execId, signal) =>
      api.upgrade({
        method: 'POST',
        path: `/exec/${execId}/start`,
        body: { Detach: false, Tty: false },
        signal,
      }),
    readDisk: async (signal) => {
      const get = (path: string) => api.json({ method: 'GET', path, signal })
      if (about.product === 'Docker') return readEngineDisk(await get('/system/df'))
      return readPodmanDisk(...(await Promise.all([get('/system/df'), get('/images/json'), get('/volumes')])))
    },
    removeImage: async (reference) =>
      void (await orNothing(() => api.json({ method: 'DELETE', path: `/images/${reference}` }))),
    startTerminal: (execId) =>
      api.upgrade({ method: 'POST', path: `/exec/${execId}/start`, body: { Detach: false, Tty: true } }),
    resizeTerminal: async (execId, { columns, rows }) =>
      void (await api.json({
        method: 'POST',
        path: `/exec/${execId}/resize`,
        query: { w: columns, h: rows },
      })),
    inspectExec: async (execId) => readExec(await api.json({ method: 'GET', path: `/exec/${execId}/json` })),
  }
}

/** Compares API versions such as `1.44`. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number)
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
}

async function orNothing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function watched(answer: Readable): ExitWatch {
  const exitCode = Array.fromAsync(answer as AsyncIterable<Buffer>).then((chunks) =>
    readWait(Buffer.concat(chunks).toString()),
  )
  // Whoever gives up on the container need not hear how its watch ended.
  exitCode.catch(() => undefined)
  return { exitCode }
}

function asJson(platform: string): string {
  const [os = '', architecture = '', variant] = platform.split('/')
  return JSON.stringify({ os, architecture, ...(variant !== undefined && { variant }) })
}
