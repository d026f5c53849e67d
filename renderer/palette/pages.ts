import type { Words } from '../words/en.ts'

/** The pages of the sidebar, in its order, with the letter that leads to each after `g`. */
export const pages = [
  { page: 'overview', letter: 'o' },
  { page: 'jobs', letter: 'j' },
  { page: 'runners', letter: 'r' },
  { page: 'toolchains', letter: 't' },
  { page: 'charts', letter: 'c' },
  { page: 'disk', letter: 'd' },
  { page: 'settings', letter: 's' },
  { page: 'diagnostics', letter: 'x' },
] as const

export type PageName = (typeof pages)[number]['page']

export const pagesOf = (words: Words) => pages.map((one) => ({ ...one, text: words.nav[one.page] }))
