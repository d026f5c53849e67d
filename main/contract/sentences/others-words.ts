/** What it looks like in English, and what it means in Chinese and in Korean. The first that fits counts. */
export type OthersWords = readonly (readonly [like: RegExp, zh: string, ko: string])[]
