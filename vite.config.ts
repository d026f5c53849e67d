import { mkdir, readFile, writeFile } from 'node:fs/promises'

import react from '@vitejs/plugin-react'
import { defineConfig, transformWithOxc, type Plugin } from 'vite'

/** A sandboxed preload script is one CommonJS file of JavaScript: the source without its types. */
const preload: Plugin = {
  name: 'drydock-preload',
  apply: 'build',
  async closeBundle() {
    const source = await readFile(new URL('preload/preload.cts', import.meta.url), 'utf8')
    const target = new URL('dist/preload/preload.cjs', import.meta.url)
    await mkdir(new URL('.', target), { recursive: true })
    const { code } = await transformWithOxc(source, 'preload.ts', { sourcemap: false })
    await writeFile(target, code)
  },
}

export default defineConfig({
  root: 'renderer',
  // Relative, so that one build serves loopback and app:// alike.
  base: './',
  plugins: [react(), preload],
  build: {
    outDir: '../dist/renderer',
    license: { fileName: 'third-party-licenses.md' },
    emptyOutDir: true,
    // The policy has no data: for fonts or scripts, and a small file is cheap on this machine.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'chrome134',
    // Read from this machine's disk, once.
    chunkSizeWarningLimit: 1500,
  },
})
