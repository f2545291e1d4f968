import { useEffect, useRef } from 'react'

/** Open opens a row of a list. */
type Open = (at: number, newTab: boolean) => void

/**
 * useOpen opens rows for a box with words. Who presses Enter before the answer is there means the first row of the answer,
 * and not that of the words before: that row opens when it comes, unless they ask something else or go elsewhere first.
 * `old` says whether the rows are those of an earlier question.
 */
export function useOpen(question: string, old: boolean, open: Open): Open {
  const waiting = useRef<{ question: string; newTab: boolean; box: Element | null }>(undefined)
  useEffect(() => {
    const asked = waiting.current
    if (!asked || (old && asked.question === question)) return
    waiting.current = undefined
    if (asked.question === question && asked.box === document.activeElement) open(0, asked.newTab)
  })
  return (at, newTab) => {
    if (old && at <= 0) waiting.current = { question, newTab, box: document.activeElement }
    else open(at, newTab)
  }
}
