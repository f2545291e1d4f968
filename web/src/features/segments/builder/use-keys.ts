import { useEffect, useRef, type RefObject } from 'react'
import { focusPart, rowOf } from './keys'
import { find, type GroupNode } from './model'
import type { Focus } from './reducer'

/** goTo puts the focus on a row, or on the group around it that is folded. */
export function goTo(canvas: HTMLElement | null, root: GroupNode, id: string): void {
  for (let at: string | undefined = id; canvas && at !== undefined; at = find(root, at)?.parent?.id) {
    if (focusPart(canvas, at, at === id ? 'value' : 'row')) return
  }
}

/** useFocus puts the focus where the last change wants it. */
export function useFocus(focus: Focus | undefined, canvas: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    if (!focus || !canvas.current || !focusPart(canvas.current, focus.id, focus.part)) return
    // Of a new row the field is to be picked: its list opens.
    if (focus.part === 'field' && document.activeElement instanceof HTMLElement) document.activeElement.click()
  }, [focus, canvas])
}

/** useBuilderKeys answers the keys that hold on the whole page. A dialog over it keeps them to itself. */
export function useBuilderKeys(keys: { undo: () => void; redo: () => void; save: () => void; nextFault: () => void }): void {
  const newest = useRef(keys)
  newest.current = keys
  useEffect(() => {
    const answer = (event: KeyboardEvent) => {
      if (document.querySelector('[role=dialog][aria-modal=true]')) return
      const target = event.target as HTMLElement
      const elsewhere = target.closest('input, textarea') !== null && rowOf(target) === null
      const key = event.key.toLowerCase()
      const control = event.ctrlKey || event.metaKey
      const act =
        event.key === 'F8'
          ? newest.current.nextFault
          : control && key === 's'
            ? newest.current.save
            : control && !elsewhere && (key === 'y' || (key === 'z' && event.shiftKey))
              ? newest.current.redo
              : control && !elsewhere && key === 'z'
                ? newest.current.undo
                : undefined
      if (!act) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', answer)
    return () => window.removeEventListener('keydown', answer)
  }, [])
}
