import { spawn } from 'node:child_process'

import type { Launch } from './open-terminal.ts'

export const launch: Launch = (program, args) =>
  new Promise((resolve) => {
    const child = spawn(program, [...args], { detached: true, stdio: 'ignore' })
    child.on('error', () => resolve(false))
    child.on('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
