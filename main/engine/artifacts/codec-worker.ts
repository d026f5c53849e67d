import { parentPort } from 'node:worker_threads'
import { constants, deflateRawSync } from 'node:zlib'

import { ArchiveProblem } from './archive-problem.ts'
import type { BlockTask, CodecAnswer, NumberedAnswer, NumberedTask } from './codec-pool.ts'
import { freeMemory } from './free-memory.ts'
import { deflatedBound, packRun } from './pack-run.ts'
import { BadTar } from './tar-head.ts'
import { unpackFiles } from './unpack-files.ts'

// Runs in a thread of its own, next to as many others as work at once.
parentPort?.on('message', (task: NumberedTask) => {
  const { id, block } = task
  const send = (answer: NumberedAnswer, ...own: ArrayBuffer[]) =>
    parentPort?.postMessage(answer, [block.buffer, ...own])
  try {
    const { bytes, records, count } = answerOf(task)
    send({ id, block, bytes, records, count }, bytes.buffer, records.buffer)
  } catch (error) {
    if (!(error instanceof BadTar || error instanceof ArchiveProblem)) throw error
    send({ id, block, problem: error.message })
  }
})

function answerOf(task: NumberedTask): CodecAnswer {
  switch (task.kind) {
    case 'block':
      return { bytes: deflateBlock(task), records: new Uint8Array(), count: 1 }
    case 'pack':
      return packRun(task, task)
    case 'unpack':
      return { bytes: unpackFiles(task), records: new Uint8Array(), count: task.files.length }
  }
}

function deflateBlock({
  block,
  dictionaryLength,
  length,
  isLast,
  level,
}: BlockTask): Uint8Array<ArrayBuffer> {
  const packed = deflateRawSync(block.subarray(dictionaryLength, dictionaryLength + length), {
    level,
    chunkSize: deflatedBound(length),
    finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
    ...(dictionaryLength > 0 && { dictionary: block.subarray(0, dictionaryLength) }),
  })
  const bytes = Uint8Array.from(packed)
  freeMemory(packed)
  return bytes
}
