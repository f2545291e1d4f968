import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** The most that a page may move what was seen already. */
const mostShift = 0.02

/** expectStill fails when a page has moved more than that since it was opened. */
export async function expectStill(page: Page, size: string): Promise<void> {
  const { sum, moved } = await shiftOf(page)
  expect(sum, `layout shift, ${size}: ${moved.join('; ')}`).toBeLessThan(mostShift)
}

/** shiftOf is how much a page has moved what was seen already since it was opened, and what it moved. */
async function shiftOf(page: Page): Promise<{ sum: number; moved: string[] }> {
  return page.evaluate(() => {
    const seen = new PerformanceObserver(() => undefined)
    seen.observe({ type: 'layout-shift', buffered: true })
    const shifts = seen.takeRecords() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Node }[] })[]
    seen.disconnect()
    const own = shifts.filter(({ hadRecentInput }) => !hadRecentInput)
    const nameOf = ({ node }: { node?: Node }) => (node instanceof Element ? `${node.tagName} ${node.id} ${node.className}` : (node?.textContent ?? '?'))
    return {
      sum: own.reduce((sum, { value }) => sum + value, 0),
      moved: own.map(({ value, sources }) => `${value.toFixed(3)}: ${sources.map(nameOf).join(', ')}`),
    }
  })
}

/** sideways are the elements because of which the whole page scrolls to the side; none when it does not. */
export async function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const frames = [document.documentElement, document.getElementById('page')].filter((frame) => frame !== null)
    if (frames.every((frame) => frame.scrollWidth <= frame.clientWidth)) return []
    const own = (element: Element): boolean => {
      for (let up = element.parentElement; up && !frames.includes(up as HTMLElement); up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== 'visible') return false
      }
      return true
    }
    const beyond = [...document.querySelectorAll('body *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && own(element))
    return ['scrolls', ...beyond.map((element) => element.outerHTML.slice(0, 120))]
  })
}

/** expectTwoLines wants a row of a list to show a name, and below it all values side by side, within the window. */
export async function expectTwoLines(page: Page, row: Locator, name: string, values: (string | RegExp)[]): Promise<void> {
  const boxOf = async (text: string | RegExp, within: string) => {
    const box = await row.locator(within).filter({ hasText: text }).boundingBox()
    expect(box, String(text)).not.toBeNull()
    expect(box!.x + box!.width, String(text)).toBeLessThanOrEqual(page.viewportSize()!.width)
    return box!
  }
  await row.waitFor()
  const above = await boxOf(name, '[role=rowheader]')
  const below = await Promise.all(values.map((value) => boxOf(value, '[role=gridcell]')))
  for (const { y } of below) expect(y).toBeGreaterThanOrEqual(above.y + above.height)
  expect(new Set(below.map(({ y }) => Math.round(y))).size, 'lines of the values').toBe(1)
  expect(below.map(({ x }) => x)).toEqual(below.map(({ x }) => x).sort((a, b) => a - b))
}

/**
 * cutTexts are the page's own texts that do not fit into their place. Values of records may be cut, because they have
 * their whole text elsewhere; they have dir=auto.
 */
export async function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = []
    const heard = (element: Element) => {
      const { clip, clipPath } = getComputedStyle(element)
      return clipPath.startsWith('inset') || clip !== 'auto'
    }
    const onlyHeard = [...document.querySelectorAll('body *')].filter(heard)
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      const text = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent?.trim()).join('')
      if (!text || element.closest('[dir=auto], option, svg, datalist') || !element.checkVisibility({ visibilityProperty: true })) continue
      if (onlyHeard.some((box) => box.contains(element))) continue
      for (let box: HTMLElement | null = element; box && box !== document.body; box = box.parentElement) {
        const { overflowX, position } = getComputedStyle(box)
        if (/auto|scroll/.test(overflowX)) break
        if (overflowX === 'visible' || position === 'fixed') continue
        if (box.scrollWidth > box.clientWidth + 1) faults.push(`${text}: ${box.className}`)
        break
      }
    }
    return faults
  })
}
