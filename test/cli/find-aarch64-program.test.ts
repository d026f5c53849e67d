import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { findAarch64Program } from '../../main/cli/demo/find-aarch64-program.ts'

const run = promisify(execFile)

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'drydock-demo-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

/** The beginning of an ELF file for a machine, as long as told. */
function program(machine: number, size: number): Buffer {
  const bytes = Buffer.alloc(size)
  bytes.write('\x7fELF', 'latin1')
  bytes[4] = 2
  bytes.writeUInt16LE(machine, 18)
  return bytes
}

const x86_64 = 62
const aarch64 = 183

async function archiveOf(files: Readonly<Record<string, Buffer>>): Promise<string> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  await run('zip', ['-q', 'artifacts.zip', ...Object.keys(files)], { cwd: folder })
  return join(folder, 'artifacts.zip')
}

it.each([700_000, 4_000_000])('finds the aarch64 program of %i bytes among others', async (size) => {
  const archive = await archiveOf({
    'notes.txt': Buffer.from('made today'),
    'host-tool': program(x86_64, 1000),
    firmware: program(aarch64, size),
  })
  expect(await findAarch64Program([archive])).toEqual({ name: 'firmware', size })
})

it('finds none where there is none', async () => {
  const archive = await archiveOf({ 'host-tool': program(x86_64, 1000) })
  expect(await findAarch64Program([archive])).toBeUndefined()
})
