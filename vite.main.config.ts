import { rm } from 'node:fs/promises'
import { basename, dirname, posix, resolve } from 'node:path'

import { defineConfig, type Plugin } from 'vite'

/**
 * A thread's code becomes a program of its own: sources name it by `new Worker(new URL('./x.ts', import.meta.url))`,
 * and only that address changes.
 */
const threads: Plugin = {
  name: 'drydock-threads',
  enforce: 'pre',
  transform(code, file) {
    if (!code.includes('new Worker(')) return null
    return code.replace(/new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g, (_, path: string) => {
      const fileName = basename(path).replace(/ts$/, 'js')
      this.emitFile({ type: 'chunk', id: resolve(dirname(file), path), fileName })
      return `new URL('drydock-thread:${fileName}', import.meta.url)`
    })
  },
  // Where the asking chunk lies is known only now.
  renderChunk: (code, { fileName }) =>
    code.replaceAll('drydock-thread:', `./${posix.join(posix.relative(posix.dirname(fileName), '.'), '/')}`),
}

const shared = 'shared'

/** Of the last build, whose parts may have had other names. */
const removeOldParts: Plugin = {
  name: 'drydock-remove-old-parts',
  configResolved: ({ root, build }) =>
    rm(resolve(root, build.outDir, shared), { recursive: true, force: true }),
}

/** The command line and the desktop application, without their sources: `dist/cli.js` and `dist/desktop/main.js`. */
export default defineConfig({
  publicDir: false,
  plugins: [threads, removeOldParts],
  // CommonJS packages become part of modules, which have no such names.
  define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
  ssr: { target: 'node', noExternal: true, external: ['better-sqlite3', 'electron'] },
  build: {
    ssr: true,
    outDir: 'dist',
    // The page is built into the same folder.
    emptyOutDir: false,
    target: 'node24',
    // Bundling leaves the packages' own files behind; their licences have to travel along.
    license: { fileName: 'third-party-licenses.md' },
    rolldownOptions: {
      // @iarna/toml asks for util.inspect that way, and does without.
      checks: { eval: false },
      // Faster natives that ssh2 does without where they are missing.
      external: ['cpu-features', /\.node$/],
      input: { cli: 'main/cli/index.ts', 'desktop/main': 'main/desktop/main.ts' },
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        chunkFileNames: `${shared}/[name].js`,
      },
    },
  },
})
