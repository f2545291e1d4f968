/** The element of the page, within what stands around it. */
export const pageID = 'page'

/**
 * arrive puts the focus on the heading of a page that somebody has come to, as a browser begins a new page at its top; on
 * the page itself as long as that has no heading. Where the page has put it somewhere, it stays.
 */
export function arrive(): void {
  const page = document.getElementById(pageID)
  const at = document.activeElement
  if (!page || document.querySelector('[role=dialog][aria-modal=true]')) return
  if (at !== page && page.contains(at)) return
  const heading = page.querySelector<HTMLElement>('h1')
  if (heading) heading.tabIndex = -1
  ;(heading ?? page).focus({ preventScroll: true })
}

/** leave takes the focus to the page: keys that are pressed on the way to another one are no letters of a box. */
export function leave(): void {
  document.getElementById(pageID)?.focus({ preventScroll: true })
}
