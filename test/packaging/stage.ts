import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { SENTINEL } from '@electron/fuses/dist/constants.js'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../..')
const bin = (name: string) => join(root, 'node_modules/.bin', name)
const nodeFolder = join(root, 'node_modules/.bin')

/** Nothing of the network: whoever tries to download meets a closed door. */
const offline = {
  ...process.env,
  // Vitest sets "test", with which the page would be built for development, naming its source files.
  NODE_ENV: 'production',
  PATH: `${nodeFolder}:${process.env['PATH'] ?? ''}`,
  HTTP_PROXY: 'http://127.0.0.1:9',
  HTTPS_PROXY: 'http://127.0.0.1:9',
  NO_PROXY: '',
}

/** Builds what a package consists of into a folder, which becomes an installation of Drydock. */
export async function stageInstallation(folder: string): Promise<void> {
  const page = join(root, 'dist/renderer/index.html')
  if (!existsSync(page) || !existsSync(join(root, 'dist/preload/preload.cjs')))
    await run(bin('vite'), ['build'], { cwd: root, env: offline })
  const config = ['--config', 'vite.main.config.ts']
  await run(bin('vite'), ['build', ...config, '--outDir', join(folder, 'dist'), '--logLevel', 'warn'], {
    cwd: root,
    env: offline,
  })
  for (const part of [
    'package.json',
    'drydock',
    'electron-builder.config.ts',
    'resources',
    'dist/renderer',
    'dist/preload',
    'node_modules/better-sqlite3',
  ])
    await cp(join(root, part), join(folder, part), { recursive: true })
  // What lies beside a program must not get into a package by chance.
  await mkdir(join(folder, 'dist/leftover'), { recursive: true })
  await writeFile(join(folder, 'dist/leftover/secret.ts'), '')
}

/** A folder like Electron's, whose program does nothing but carry fuses, all of them on. */
async function standInElectron(folder: string): Promise<void> {
  await mkdir(join(folder, 'locales'), { recursive: true })
  const fuses = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, 9]), Buffer.from('1'.repeat(9))])
  await writeFile(join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 1\n'), fuses]), {
    mode: 0o755,
  })
  for (const language of ['en-US', 'de', 'ko', 'zh-CN'])
    await writeFile(join(folder, `locales/${language}.pak`), language)
  await writeFile(join(folder, 'LICENSE'), 'of Electron')
}

/**
 * Packs the staged installation for Linux, unpacked, around a stand-in for Electron.
 * @param publishedAt where a release would be looked for.
 * @returns its folder.
 */
export async function packDesktop(
  staged: string,
  arch: 'x64' | 'arm64',
  publishedAt?: string,
): Promise<string> {
  const electron = join(staged, 'stand-in')
  await standInElectron(electron)
  const version = ['-c.electronVersion', '45.4.1', '-c.electronDist', electron]
  const target = [
    '--linux',
    'dir',
    `--${arch}`,
    '--config',
    'electron-builder.config.ts',
    '--publish',
    'never',
  ]
  const output = publishedAt === undefined ? 'release' : 'published'
  const place =
    publishedAt === undefined ? [] : ['-c.publish.provider', 'generic', '-c.publish.url', publishedAt]
  await run(bin('electron-builder'), [...target, ...version, ...place, '-c.directories.output', output], {
    cwd: staged,
    env: offline,
  })
  return join(staged, output, arch === 'x64' ? 'linux-unpacked' : 'linux-arm64-unpacked')
}
