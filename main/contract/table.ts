import { z } from 'zod'

/** Parses input from outside; throws a ZodError whose message names the field. */
export type InputParser<In, Out> = z.ZodType<Out, In>

export interface Call<In, Parsed, Out> {
  readonly kind: 'call'
  readonly input: InputParser<In, Parsed>
  /** Only its type is used. */
  readonly output: Out
}

export interface Stream<In, Parsed, Out> {
  readonly kind: 'stream'
  readonly input: InputParser<In, Parsed>
  /** Only its type is used. */
  readonly output: Out
}

/** An entry that answers once. */
export function call<In, Parsed, Out>(input: z.ZodType<Parsed, In>, output: Out): Call<In, Parsed, Out> {
  return { kind: 'call', input, output }
}

/** An entry that answers until its listener stops. */
export function stream<In, Parsed, Out>(input: z.ZodType<Parsed, In>, output: Out): Stream<In, Parsed, Out> {
  return { kind: 'stream', input, output }
}

export const nothing = z.undefined()

/** Entries of different types, by name; what each takes and gives is read by `Api` and `ApiImplementation`. */
export type Table = Readonly<
  Record<string, Call<unknown, unknown, unknown> | Stream<unknown, unknown, unknown>>
>

/** What the engine implements: inputs arrive parsed. The signal aborts when nobody waits for the answer any more. */
export type ApiImplementation<T extends Table> = {
  readonly [K in keyof T]: T[K] extends Call<infer _In, infer Parsed, infer Out>
    ? (input: Parsed, signal?: AbortSignal) => Out | Promise<Out>
    : T[K] extends Stream<infer _In, infer Parsed, infer Out>
      ? (input: Parsed, signal: AbortSignal) => AsyncIterable<Out>
      : never
}

/** What `connect()` returns and the renderer calls. When its signal aborts, a stream ends and a call rejects. */
export type Api<T extends Table> = {
  readonly [K in keyof T]: T[K] extends Call<infer In, infer _Parsed, infer Out>
    ? (input: In, signal?: AbortSignal) => Promise<Out>
    : T[K] extends Stream<infer In, infer _Parsed, infer Out>
      ? (input: In, signal: AbortSignal) => AsyncIterable<Out>
      : never
}

export const apiErrorCodes = ['bad-input', 'not-found', 'conflict', 'unavailable', 'internal'] as const
export type ApiErrorCode = (typeof apiErrorCodes)[number]

/** A failure that may cross the wire. Its message is shown to people and names no secret. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode
  constructor(code: ApiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
