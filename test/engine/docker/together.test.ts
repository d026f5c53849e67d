import { describe, expect, it } from 'vitest'

import { together } from '../../../main/engine/docker/together.ts'

describe('tasks side by side', () => {
  it('answer in their order', async () => {
    const slow = Promise.withResolvers<string>()
    const both = together(new AbortController().signal, [
      () => slow.promise,
      async () => {
        slow.resolve('first')
        return 2
      },
    ])
    expect(await both).toEqual(['first', 2])
  })

  it('fail with the first failure, once all have ended', async () => {
    const ended: string[] = []
    const failing = together(new AbortController().signal, [
      async () => Promise.reject(new Error('no image')),
      (signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            ended.push('the other')
            reject(signal.reason as Error)
          }),
        ),
    ])
    await expect(failing).rejects.toThrow('no image')
    expect(ended).toEqual(['the other'])
  })
})
