import type { Configuration } from 'electron-builder'

import { describeRelease } from './resources/release/describe-release.ts'

/** `dist/` is bundled: of the packages only SQLite travels along. */
const files: Configuration['files'] = [
  'package.json',
  'dist/desktop/**',
  'dist/shared/**',
  'dist/*-worker.js',
  'dist/third-party-licenses.md',
  'dist/preload/**',
  'dist/renderer/**',
  'resources/practice-project/**',
  'resources/sample-project/**',
  'resources/tray/**',
  'resources/icons/256x256.png',
  // Nobody maps errors back on a user's machine.
  '!**/*.map',
]

/** SQLite with the module of one platform. electron-builder's own word for it is that of the machine that packs. */
const sqlite = (platform: NodeJS.Platform) => ({
  from: 'node_modules/better-sqlite3',
  to: 'node_modules/better-sqlite3',
  filter: ['package.json', 'LICENSE', 'lib/**', `prebuilds/${platform}-\${arch}.node`],
})

const architectures: ('x64' | 'arm64')[] = ['x64', 'arm64']
const both = (...targets: string[]) => targets.map((target) => ({ target, arch: architectures }))

/** deb and rpm name whom to ask; who publishes says so. */
const { DRYDOCK_HOMEPAGE: homepage, DRYDOCK_MAINTAINER: maintainer = 'Drydock' } = process.env

const config: Configuration = {
  appId: 'app.drydock',
  productName: 'Drydock',
  extraMetadata: {
    author: maintainer,
    // By this name desktops know which windows belong to the entry in their menu.
    desktopName: 'drydock-desktop.desktop',
    ...(homepage !== undefined && { homepage }),
  },
  directories: { output: 'release', buildResources: 'resources/icons' },
  files,
  asar: true,
  // What the system loads, and what other programs read.
  asarUnpack: ['**/*.node', 'resources/**'],
  // The packages are bundled, and the native module is one for every Node.js and Electron (Node-API): there is nothing
  // to install, to rebuild or to collect.
  beforeBuild: async () => false,
  electronLanguages: ['en-US', 'zh-CN', 'ko'],
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableCookieEncryption: true,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  protocols: { name: 'Drydock', schemes: ['drydock'] },
  afterAllArtifactBuild: ({ artifactPaths, outDir }) =>
    describeRelease(
      artifactPaths.filter((file) => !file.endsWith('.blockmap')),
      outDir,
      process.cwd(),
    ),
  // A release names its place here; without one no build looks for updates.
  publish: null,
  artifactName: '${productName}-${version}-${os}-${arch}.${ext}',
  linux: {
    files: [sqlite('linux')],
    target: both('AppImage', 'deb', 'rpm'),
    executableName: 'drydock-desktop',
    icon: 'resources/icons',
    category: 'Development',
    synopsis: 'GitLab CI jobs on this machine, with its toolchains',
    maintainer,
    syncDesktopName: true,
    vendor: 'Drydock',
  },
  deb: {
    // electron-builder's list, and what Electron's program is linked with beside it.
    depends: [
      'libgtk-3-0',
      'libnotify4',
      'libnss3',
      'libxss1',
      'libxtst6',
      'xdg-utils',
      'libatspi2.0-0',
      'libuuid1',
      'libsecret-1-0',
      'libgbm1',
      'libasound2 | libasound2t64',
    ],
    // `gdbus` tells whether the desktop shows a tray.
    recommends: ['docker-ce | docker.io | podman', 'libglib2.0-bin'],
  },
  mac: {
    files: [sqlite('darwin')],
    // electron-updater replaces the application from the zip.
    target: both('dmg', 'zip'),
    icon: 'resources/icons/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'resources/installer/entitlements.mac.plist',
    entitlementsInherit: 'resources/installer/entitlements.mac.plist',
    extendInfo: {
      NSAppleEventsUsageDescription: 'Drydock asks Terminal to open a shell in a job that you have kept.',
    },
  },
  win: { files: [sqlite('win32')], target: both('nsis'), icon: 'resources/icons/icon.ico' },
  nsis: {
    oneClick: false,
    perMachine: false,
    // It is its user's own and never asks for an administrator.
    allowElevation: false,
    packElevateHelper: false,
    allowToChangeInstallationDirectory: true,
    // History and configuration are the user's: the uninstaller asks, and leaves them unless told otherwise.
    deleteAppDataOnUninstall: false,
    include: 'resources/installer/uninstall.nsh',
    installerLanguages: ['en_US', 'zh_CN', 'ko_KR'],
  },
}

export default config
