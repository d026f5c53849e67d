import { expect, it } from 'vitest'

import { everything } from '../../renderer/state/history.ts'
import { createViews, isShown, viewOf } from '../../renderer/state/views.ts'

const newest = { sort: 'when', order: 'desc' } as const

function browser(kept?: string) {
  let text = kept ?? null
  return { getItem: () => text, setItem: (_: string, next: string) => void (text = next) }
}

it('views are kept in the browser, replaced by name, and taken away', () => {
  const storage = browser()
  const views = createViews(storage)
  views.keep(viewOf('Mine', { ...everything, ...newest, project: 'firmware/boot' }))
  views.keep(viewOf('Slow', { ...everything, sort: 'duration', order: 'desc', period: 'week' }))
  views.keep(viewOf('Mine', { ...everything, ...newest, project: 'firmware/radio', outcome: 'failed' }))
  views.keep(viewOf('Gone', { ...everything, ...newest, text: 'x' }))
  views.remove('Gone')
  expect(createViews(storage).store.getState()).toEqual([
    {
      name: 'Mine',
      query: { ...everything, project: 'firmware/radio', outcome: 'failed' },
      sorting: newest,
    },
    {
      name: 'Slow',
      query: { ...everything, period: 'week' },
      sorting: { sort: 'duration', order: 'desc' },
    },
  ])
})

it('a view is shown where every filter and the order agree', () => {
  const view = viewOf('Mine', { ...everything, ...newest, branch: 'main' })
  expect([
    isShown(view, { ...everything, ...newest, branch: 'main' }),
    isShown(view, { ...everything, ...newest, branch: 'main', text: 'arm' }),
    isShown(view, { ...everything, branch: 'main', sort: 'duration', order: 'desc' }),
  ]).toEqual([true, false, false])
})

it.each([
  ['no JSON', '{'],
  ['something else', '{"name":"x"}'],
  ['views without a name', '[{"query":{}},null,7,{"name":""}]'],
])('%s is no view', (_, kept) => {
  expect(createViews(browser(kept)).store.getState()).toEqual([])
})

it('a view with values nobody knows keeps those that are known', () => {
  const kept =
    '[{"name":"Old","query":{"outcome":"exploded","period":7,"project":"a"},"sorting":{"sort":"mood","order":"asc"}}]'
  expect(createViews(browser(kept)).store.getState()).toEqual([
    { name: 'Old', query: { ...everything, project: 'a' }, sorting: { sort: 'when', order: 'asc' } },
  ])
})
