import * as fc from 'fast-check'

import { runnerApi } from '../../main/contract/api.ts'

const names = fc.constantFrom(...Object.keys(runnerApi), 'constructor', '__proto__', 'toString', '')

const input = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom('id', 'path', 'name', 'runner', 'offset', 'text', '__proto__'),
    fc.jsonValue(),
  ),
)

const request = fc.record(
  {
    type: fc.constantFrom('call', 'open', 'more', 'stop'),
    id: fc.oneof(fc.integer({ min: -1, max: 5000 }), fc.double(), fc.string()),
    name: names,
    input,
    count: fc.integer({ min: -1, max: 10 }),
  },
  { requiredKeys: ['type'] },
)

/** Frames that are nonsense, and frames that are nearly requests. */
export const hostileFrames = (count: number): unknown[] =>
  fc.sample(fc.oneof(fc.jsonValue(), { arbitrary: request, weight: 4 }), { numRuns: count, seed: 11 })
