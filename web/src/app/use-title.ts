import { useEffect } from 'react'

const product = 'Kundi'

/** titleOf is the title of the tab while a page has a heading. */
export function titleOf(heading: string | null | undefined): string {
  const text = heading?.trim().replace(/\s+/g, ' ')
  return text ? `${text} · ${product}` : product
}

/**
 * useTitle calls the tab after the heading of the page. It watches the document, so every page has a title without saying
 * one, in its language, and a record that gets another name changes it.
 */
export function useTitle(): void {
  useEffect(() => {
    const name = () => {
      const title = titleOf(document.querySelector('h1')?.textContent)
      if (document.title !== title) document.title = title
    }
    const watch = new MutationObserver(name)
    watch.observe(document.body, { childList: true, characterData: true, subtree: true })
    name()
    return () => watch.disconnect()
  }, [])
}
