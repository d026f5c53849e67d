import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, cp, mkdir, rm, writeFile } from 'node:fs/promises'
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
    'drydock.cjs',
    'electron-builder.config.ts',
    'resources',
    'dist/renderer',
    'dist/preload',
    'node_modules/better-sqlite3',
    'node_modules/electron/package.json',
  ])
    await cp(join(root, part), join(folder, part), { recursive: true })
  // What lies beside a program must not get into a package by chance.
  await mkdir(join(folder, 'dist/leftover'), { recursive: true })
  await writeFile(join(folder, 'dist/leftover/secret.ts'), '')
}

/** All of them on. */
const fuses = Buffer.concat([Buffer.from(SENTINEL), Buffer.from([1, 9]), Buffer.from('1'.repeat(9))])

/** A folder like Electron's, whose program does nothing but carry fuses, all of them on. */
async function standInElectron(staged: string): Promise<string> {
  const folder = join(staged, 'stand-in')
  await mkdir(join(folder, 'locales'), { recursive: true })
  await writeFile(join(folder, 'electron'), Buffer.concat([Buffer.from('#!/bin/sh\nexit 1\n'), fuses]), {
    mode: 0o755,
  })
  for (const language of ['en-US', 'de', 'ko', 'zh-CN'])
    await writeFile(join(folder, `locales/${language}.pak`), language)
  await writeFile(join(folder, 'LICENSE'), 'of Electron')
  return folder
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
  const electron = await standInElectron(staged)
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

/** Makes deb and rpm with a stand-in for fpm, which writes down what it is told. @returns the folder of both. */
export async function describePackages(staged: string): Promise<string> {
  const electron = await standInElectron(staged)
  const target = [
    '--linux',
    'deb',
    'rpm',
    '--x64',
    '--config',
    'electron-builder.config.ts',
    '--publish',
    'never',
  ]
  const version = ['-c.electronVersion', '45.4.1', '-c.electronDist', electron]
  const env = {
    ...offline,
    CUSTOM_FPM_PATH: join(import.meta.dirname, 'fpm-stand-in.js'),
    DRYDOCK_HOMEPAGE: 'https://drydock.example',
    DRYDOCK_MAINTAINER: 'Somebody <somebody@drydock.example>',
  }
  await run(bin('electron-builder'), [...target, ...version, '-c.directories.output', 'packages'], {
    cwd: staged,
    env,
  })
  return join(staged, 'packages')
}

const plist = (name: string, id: string) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string>
<key>CFBundleIdentifier</key><string>${id}</string>
<key>CFBundleName</key><string>${name}</string>
<key>CFBundlePackageType</key><string>APPL</string>
</dict></plist>
`

async function writeLanguage(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'locale.pak'), '')
}

/** A folder like Electron's for macOS: empty programs, and the property lists that packing changes. */
async function standInElectronForMac(folder: string): Promise<void> {
  const bundle = async (path: string, name: string, id: string) => {
    const contents = join(folder, path, `${name}.app/Contents`)
    await mkdir(join(contents, 'MacOS'), { recursive: true })
    await mkdir(join(contents, 'Resources'), { recursive: true })
    await writeFile(join(contents, 'Info.plist'), plist(name, id))
    await writeFile(join(contents, 'MacOS', name), fuses, { mode: 0o755 })
  }
  await bundle('.', 'Electron', 'com.github.Electron')
  const frameworks = 'Electron.app/Contents/Frameworks'
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)'])
    await bundle(frameworks, `Electron Helper${kind}`, 'com.github.Electron.helper')
  const framework = join(folder, frameworks, 'Electron Framework.framework')
  for (const resources of [
    join(framework, 'Versions/A/Resources'),
    join(folder, 'Electron.app/Contents/Resources'),
  ])
    for (const language of ['en', 'de', 'ko', 'zh_CN'])
      await writeLanguage(join(resources, `${language}.lproj`))
  await writeFile(join(framework, 'Electron Framework'), fuses)
}

/** Packs for macOS, unsigned and unpacked. @returns the application's bundle. */
export async function packForMac(staged: string): Promise<string> {
  const electron = join(staged, 'stand-in-mac')
  await standInElectronForMac(electron)
  const target = ['--mac', 'dir', '--x64', '--config', 'electron-builder.config.ts', '--publish', 'never']
  const version = ['-c.electronVersion', '45.4.1', '-c.electronDist', electron, '-c.mac.identity=null']
  await run(bin('electron-builder'), [...target, ...version, '-c.directories.output', 'mac'], {
    cwd: staged,
    env: offline,
  })
  return join(staged, 'mac/mac/Drydock.app')
}

/** Packs for Windows, unsigned and unpacked; its program is not edited, which needs Windows or Wine. @returns its folder. */
export async function packForWindows(staged: string): Promise<string> {
  const electron = join(staged, 'stand-in-windows')
  await mkdir(join(electron, 'locales'), { recursive: true })
  // Packing writes into a real program of Windows, if only into the smallest that there is a compiler for.
  const script = join(electron, 'empty.nsi')
  const version = 'VIProductVersion 1.0.0.0\nVIAddVersionKey FileVersion 1.0\n'
  await writeFile(script, `Name empty\nOutFile electron.exe\n${version}Section\nSectionEnd\n`)
  await run('makensis', ['-V1', script])
  await rm(script)
  await appendFile(join(electron, 'electron.exe'), fuses)
  for (const language of ['en-US', 'de', 'ko', 'zh-CN'])
    await writeFile(join(electron, `locales/${language}.pak`), language)
  const target = ['--win', 'dir', '--x64', '--config', 'electron-builder.config.ts', '--publish', 'never']
  const ofElectron = ['-c.electronVersion', '45.4.1', '-c.electronDist', electron]
  const unedited = ['-c.win.signAndEditExecutable=false', '-c.directories.output', 'windows']
  await run(bin('electron-builder'), [...target, ...ofElectron, ...unedited], { cwd: staged, env: offline })
  return join(staged, 'windows/win-unpacked')
}
