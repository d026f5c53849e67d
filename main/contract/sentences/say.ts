import { configSentences } from './config-en.ts'
import { engineSentences } from './engine-en.ts'
import { fieldSentences } from './field-en.ts'
import { jobSentences } from './job-en.ts'
import { toolchainSentences } from './toolchain-en.ts'

/** Everything the engine says to people that a screen may show, in English. */
export const sentences = {
  ...configSentences,
  ...engineSentences,
  ...fieldSentences,
  ...jobSentences,
  ...toolchainSentences,
}

export type SentenceCode = keyof typeof sentences

type FactName<Template> = Template extends `${string}{${infer Name}}${infer Rest}`
  ?
      | (Name extends `${'~' | '+'}${infer Plain}`
          ? Plain
          : Name extends `${string} ${string}` | ''
            ? never
            : Name)
      | FactName<Rest>
  : never

/** What has to be told with a sentence. */
export type SentenceFacts<Code extends SentenceCode> = {
  readonly [Name in FactName<(typeof sentences)[Code]>]: string | number
}

/** A sentence of ours as it stands in logs, errors, the history and on the wire: in English, without its full stop. */
export function say<Code extends SentenceCode>(
  code: Code,
  ...[facts]: keyof SentenceFacts<Code> extends never ? [] : [SentenceFacts<Code>]
): string {
  return withFacts(sentences[code], facts ?? {})
}

/** Matches the places of facts in a sentence. */
export const factPlaces = /\{([~+]?)([a-z]+)\}/g

export const withFacts = (template: string, facts: Readonly<Record<string, string | number>>): string =>
  template.replaceAll(factPlaces, (place, _, name: string) => String(facts[name] ?? place))
