import { execFileSync } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, it } from 'vitest'

import { readZipDirectory } from '../../../main/engine/artifacts/zip-directory.ts'
import {
  endOfDirectory,
  headerBound,
  methods,
  placeRecords,
  writeCentralHeader,
} from '../../../main/engine/artifacts/zip-format.ts'
import { tempDir } from '../../support/temp-dir.ts'

const fourGibibytes = 2 ** 32

it('a table of contents made in pieces says where files stand on both sides of 4 GiB', async () => {
  const memory = Buffer.alloc(3 * headerBound(1))
  let end = 0
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    end = writeCentralHeader(memory, end, {
      name: Buffer.from(name),
      kind: 'file',
      mode: 0o644,
      mtime: 1_500_000_000,
      uid: 0,
      gid: 0,
      method: methods.store,
      offset: index * 100,
      crc: 0,
      size: 10,
      packedSize: 10,
      isStreamed: false,
    })
  }
  const base = fourGibibytes - 150
  const records = placeRecords(memory.subarray(0, end), base, 300)
  const start = base + 300

  await using place = await tempDir()
  const path = join(place.path, 'sparse.zip')
  await using file = await open(path, 'w+')
  const tail = Buffer.concat([records, endOfDirectory(3, records.length, start)])
  await file.write(tail, 0, tail.length, start)
  const heads = await readZipDirectory(file, start + tail.length)
  expect(heads.map(({ name, offset, size }) => ({ name, offset, size }))).toEqual([
    { name: 'a', offset: base, size: 10 },
    { name: 'b', offset: base + 100, size: 10 },
    { name: 'c', offset: base + 200, size: 10 },
  ])
  // Info-ZIP reads the same.
  expect(execFileSync('zipinfo', ['-1', path]).toString()).toBe('a\nb\nc\n')
})
