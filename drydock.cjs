#!/usr/bin/env node
// What npm starts by the name of drydock, on every system: its start on Windows cannot read `drydock`, a script of sh.
// No words of new JavaScript, so that a Node.js that is too old can say so.
'use strict'
const { spawnSync } = require('child_process')
const path = require('path')

function start() {
  const { env, argv, execPath, platform } = process
  const isWindows = platform === 'win32'
  const cache = isWindows
    ? env.LOCALAPPDATA
    : env.XDG_CACHE_HOME || (env.HOME && path.join(env.HOME, '.cache'))
  // As in `drydock`: half the time to start, and no memory for what an idle runner does not have.
  if (!env.NODE_COMPILE_CACHE && cache) env.NODE_COMPILE_CACHE = path.join(cache, 'drydock', 'node')
  const args = ['--max-semi-space-size=2', path.join(__dirname, 'dist', 'cli.js')].concat(argv.slice(2))
  // Becomes the program where the system can, so that signals reach it.
  if (!isWindows && process.execve) process.execve(execPath, [execPath].concat(args), env)
  const { status, error } = spawnSync(execPath, args, { stdio: 'inherit' })
  if (error) throw error
  process.exitCode = status === null ? 1 : status
}

// 24 is the first Node.js that has `await using`.
if (Number(process.versions.node.split('.')[0]) >= 24) start()
else {
  const found = `found ${process.version}`
  console.error(`drydock: Drydock needs Node.js 24 or newer (${found}); install it from https://nodejs.org.`)
  process.exitCode = 1
}
