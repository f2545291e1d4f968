import { useRef, useState, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'

/**
 * useCopy copies a text. Where the browser does not let a page do that, as without https, it selects the text in the
 * element of `shown` for people to copy. `said` is what came of it, empty at first.
 */
export function useCopy<T extends HTMLElement>(text: string): { shown: RefObject<T | null>; said: string; copy: () => void } {
  const { t } = useTranslation()
  const shown = useRef<T>(null)
  const [said, setSaid] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid(t('app.copied'))
    } catch {
      select(shown.current)
      setSaid(t('app.copyByHand'))
    }
  }
  return { shown, said, copy: () => void copy() }
}

function select(element: HTMLElement | null): void {
  if (element instanceof HTMLTextAreaElement) element.select()
  else if (element) getSelection()?.selectAllChildren(element)
}
