import type { Clock } from '../clock.ts'
import type { JobOutput, LogStream } from '../job/ports.ts'
import { chain, type LogFilter } from './filter.ts'
import type { JobLog } from './job-log.ts'
import { errorLine, headingLine, infoLine, plainLine, sectionMarker, warningLine } from './log-style.ts'
import { createMasker, preparePhrases, type Masker } from './masker.ts'
import { createTimestamper, type LineOrigin } from './timestamper.ts'
import { createTokenSanitizer, prepareTokenPrefixes } from './token-sanitizer.ts'
import { createUrlSanitizer } from './url-sanitizer.ts'
import { createUtf8Repair } from './utf8-repair.ts'

export interface JobOutputOptions {
  readonly log: Pick<JobLog, 'write'>
  readonly clock: Pick<Clock, 'now'>
  /** Values to mask: masked variables after expansion, and tokens of the job. */
  readonly phrases: Iterable<string>
  /** `features.token_mask_prefixes` of the payload. */
  readonly tokenPrefixes: readonly string[]
  /** FF_MASK_ALL_DEFAULT_TOKENS. */
  readonly maskAllDefaultTokens: boolean
  /** FF_TIMESTAMPS. */
  readonly timestamps: boolean
  /** `features.trace_sections` of the payload; headings are printed regardless. */
  readonly sections: boolean
}

export interface RunningJobOutput extends JobOutput {
  /** Masks these too, in every stream, from here on. */
  addPhrases(phrases: Iterable<string>): Promise<void>
  /** Ends the runner's own stream and every stream still open. The log itself stays open for its owner to end. */
  end(): Promise<void>
}

interface OpenStream extends LogStream {
  /** Takes the phrases known by now. */
  mask(): Promise<void>
}

/** Everything a job prints goes through here into its log; nothing reaches the log unmasked (job-execution.md §9.1). */
export function createJobOutput(options: JobOutputOptions): RunningJobOutput {
  const { log, clock, timestamps, sections } = options
  const known = new Set(options.phrases)
  const prefixes = prepareTokenPrefixes(options.tokenPrefixes, options.maskAllDefaultTokens)
  const streams = new Set<OpenStream>()
  let phrases = preparePhrases(known)

  function openStream(origin: LineOrigin): OpenStream {
    const masker: Masker = createMasker(phrases)
    const afterMask: LogFilter = chain([
      createUrlSanitizer(),
      createTokenSanitizer(prefixes),
      createUtf8Repair(),
      ...(timestamps ? [createTimestamper(clock, origin)] : []),
    ])
    let ended = false

    const send = (bytes: Buffer) => (bytes.length === 0 ? Promise.resolve() : log.write(bytes))
    const stream: OpenStream = {
      async write(chunk) {
        if (ended) throw new Error('This stream of the job has ended')
        await send(afterMask.push(masker.push(asBuffer(chunk))))
      },
      async mask() {
        await send(afterMask.push(masker.use(phrases)))
      },
      async end() {
        if (ended) return
        ended = true
        streams.delete(stream)
        await send(Buffer.concat([afterMask.push(masker.end()), afterMask.end()]))
      },
    }
    streams.add(stream)
    return stream
  }

  const runner = openStream({ number: 0, kind: 'O' })
  const mark = async (edge: 'start' | 'end', name: string) => {
    if (sections) await runner.write(sectionMarker(edge, Math.floor(clock.now() / 1000), name))
  }

  return {
    plain: (text) => runner.write(plainLine(text)),
    info: (text) => runner.write(infoLine(text)),
    warning: (text) => runner.write(warningLine(text)),
    error: (text) => runner.write(errorLine(text)),

    async section(name, title) {
      await mark('start', name)
      await runner.write(headingLine(title))
      let open = true
      return async () => {
        if (open) await mark('end', name)
        open = false
      }
    },

    stream: (number, kind) => openStream({ number, kind }),

    async addPhrases(more) {
      for (const phrase of more) known.add(phrase)
      phrases = preparePhrases(known)
      await Promise.all([...streams].map((stream) => stream.mask()))
    },

    async end() {
      // The runner's own last words follow whatever a stage left open.
      for (const stream of [...streams].filter((open) => open !== runner)) await stream.end()
      await runner.end()
    },
  }
}

const asBuffer = (chunk: Uint8Array | string) =>
  typeof chunk === 'string'
    ? Buffer.from(chunk)
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
