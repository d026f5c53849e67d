import { z } from 'zod'

import { inputProblem } from './input-problem.ts'

import { apiErrorCodes } from './table.ts'

const id = z.int().positive()
const name = z.string().max(100)

/** Items a stream may be ahead of its listener. */
export const streamWindow = 4

const request = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('call'), id, name, input: z.unknown().optional() }),
  z.strictObject({ type: z.literal('open'), id, name, input: z.unknown().optional() }),
  /** The listener of stream `id` wants `count` more items. Nothing is sent unasked. */
  z.strictObject({ type: z.literal('more'), id, count: z.int().min(1).max(streamWindow) }),
  z.strictObject({ type: z.literal('stop'), id }),
])

const answer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), id, output: z.unknown().optional() }),
  z.object({ type: z.literal('item'), id, value: z.unknown().optional() }),
  z.object({ type: z.literal('end'), id }),
  /** Without an id it belongs to a frame that had none worth the name. */
  z.object({
    type: z.literal('failure'),
    id: id.optional(),
    code: z.enum(apiErrorCodes),
    message: z.string(),
  }),
])

/** What the calling side says. Ids are its own, never used twice on one wire. */
export type Request = z.infer<typeof request>

/** What the serving side says. */
export type Answer = z.infer<typeof answer>

/** @returns the request, or why it is none together with the id to answer to. */
export function parseRequest(
  frame: unknown,
): { request: Request } | { id: number | undefined; problem: string } {
  const parsed = request.safeParse(frame)
  if (parsed.success) return { request: parsed.data }
  const known = z.object({ id }).safeParse(frame)
  return { id: known.data?.id, problem: inputProblem(parsed.error) }
}

/** @returns undefined for what is no answer. */
export function parseAnswer(frame: unknown): Answer | undefined {
  return answer.safeParse(frame).data
}
