/**
 * `npm run lock`: writes package-lock.json anew, for every platform. An update on a machine that has node_modules keeps
 * only the packages of its own platform, and then `npm ci` refuses the file.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const file = join(import.meta.dirname, '../../package-lock.json')

rmSync(file, { force: true })
// From an empty tree's point of view: what node_modules holds must not count.
execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], {
  cwd: join(file, '..'),
  stdio: 'inherit',
})
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Record<string, unknown>> }
const sqlite = lock.packages['node_modules/better-sqlite3']
if (sqlite === undefined) throw new Error('better-sqlite3 is not in package-lock.json')
// It brings its binaries along and says so in its package.json, which npm 10 does not read: it would want a compiler.
sqlite['gypfile'] = false
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
