import type { Page } from 'playwright-core'

/** What the element with the focus is called, as a screen reader would say it, near enough. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return ''
    const named = element.getAttribute('aria-label')
    if (named !== null) return named
    const by = element.getAttribute('aria-labelledby')?.split(' ') ?? []
    const labels = by.map((id) => document.getElementById(id)?.textContent ?? '').filter(Boolean)
    if (labels.length > 0) return labels.join(' ')
    const label = element.closest('label') ?? (element as HTMLInputElement).labels?.[0]
    return (label ?? element).textContent.replaceAll(/\s+/g, ' ').trim()
  })

const most = 80

/** Presses a key until what is called so has the focus, as somebody without a mouse does. */
export async function goTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = []
  const isIt = (one: string) => (typeof name === 'string' ? one === name : name.test(one))
  for (let pressed = 0; pressed <= most; pressed++) {
    const now = await focused(page)
    if (isIt(now)) return
    passed.push(now)
    await page.keyboard.press(key)
  }
  throw new Error(`${key} never comes to ${String(name)}, only to: ${[...new Set(passed)].join(' | ')}`)
}

/** Goes there and presses it. */
export async function pressOn(page: Page, name: string | RegExp, key = 'Enter'): Promise<void> {
  await goTo(page, name)
  await page.keyboard.press(key)
}

/** Goes to a field and writes into it in place of what is there. */
export async function write(page: Page, name: string | RegExp, text: string): Promise<void> {
  await goTo(page, name)
  await page.keyboard.press('Control+a')
  await page.keyboard.insertText(text)
}
