import type { Page } from 'playwright-core'

/**
 * Words that cannot be read whole: cut off with nothing that tells them on hover, running out of what holds them, or
 * lying over other words. Lists that scroll and logs may be as wide as they like.
 *
 * @returns each as `what: words`.
 */
export const unreadable = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = []
    const skipped =
      '.visually-hidden, svg, .log-scroller, [aria-hidden="true"], .outside-text, textarea, option'
    const clips = (style: CSSStyleDeclaration) => /hidden|clip/.test(style.overflowX)
    const pieces: { element: Element; text: string; boxes: DOMRect[] }[] = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement
      const text = node.textContent?.trim() ?? ''
      if (element === null || text === '' || element.closest(skipped) !== null) continue
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const boxes = [...range.getClientRects()].filter(({ width, height }) => width > 0 && height > 0)
      if (boxes.length > 0) pieces.push({ element, text: text.slice(0, 60), boxes })
    }
    const cutBy = (element: Element): Element | undefined => {
      for (let one: Element | null = element; one !== null; one = one.parentElement) {
        const style = getComputedStyle(one)
        if (/auto|scroll/.test(style.overflowX)) return undefined
        if (clips(style)) return one
      }
      return undefined
    }
    for (const { element, text, boxes } of pieces) {
      const cutter = cutBy(element)
      const right = Math.max(...boxes.map((box) => box.right))
      const edge = cutter?.getBoundingClientRect().right ?? Infinity
      const isTold = element.closest('[title]') !== null || element.querySelector('[title]') !== null
      if (cutter !== undefined && right > edge + 1 && !isTold) found.push(`cut off: ${text}`)
      const holder = element.closest('button, a, .chip, .tag, th, td, .button, .input')
      if (holder !== null && cutter === undefined) {
        const box = holder.getBoundingClientRect()
        const bottom = Math.max(...boxes.map((one) => one.bottom))
        if (right > box.right + 1 || bottom > box.bottom + 4) found.push(`runs out: ${text}`)
      }
    }
    // Where a box of text is cut off, the rest of it covers nothing.
    const shown = pieces.map(({ element, text, boxes }) => {
      const edge = cutBy(element)?.getBoundingClientRect().right ?? Infinity
      return {
        element,
        text,
        boxes: boxes
          .filter(({ left }) => left < edge)
          .map((box) => new DOMRect(box.x, box.y, Math.min(box.width, edge - box.x), box.height)),
      }
    })
    const isSeen = (box: DOMRect, element: Element) => {
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
      return top !== null && (element.contains(top) || top.contains(element))
    }
    for (const [at, one] of shown.entries()) {
      for (const other of shown.slice(at + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue
        const overlaps = one.boxes.some((a) =>
          other.boxes.some(
            (b) =>
              Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 &&
              Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6 &&
              isSeen(a, one.element) &&
              isSeen(b, other.element),
          ),
        )
        if (overlaps) found.push(`overlap: ${one.text} / ${other.text}`)
      }
    }
    return [...new Set(found)]
  })
