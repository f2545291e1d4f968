import type { Dispatch, KeyboardEvent } from 'react'
import type { Action } from './reducer'

const rowSelector = '[data-node]'

/** rowOf is the row or group that an element stands in. */
export function rowOf(element: Element | null): HTMLElement | null {
  return element?.closest<HTMLElement>(rowSelector) ?? null
}

/** focusPart puts the focus on a row, or on its field or value if it has one. It says whether the row is there. */
export function focusPart(canvas: HTMLElement, id: string, part: 'row' | 'field' | 'value'): boolean {
  const row = canvas.querySelector<HTMLElement>(`[data-node="${id}"]`)
  if (!row) return false
  if (part !== 'row' && row.dataset['drawn'] === 'false') {
    // Its controls are drawn once it has the focus.
    row.focus()
    setTimeout(() => focusPart(canvas, id, part))
    return true
  }
  const wanted = part === 'row' ? null : (own(row, part) ?? own(row, 'operator'))
  const target = wanted ?? row
  target.focus()
  target.scrollIntoView({ block: 'nearest' })
  return true
}

/** own is a control of a row, and not of a row inside of it. */
function own(row: HTMLElement, part: string): HTMLElement | undefined {
  return [...row.querySelectorAll<HTMLElement>(`[data-part="${part}"]`)].find((control) => rowOf(control) === row)
}

function step(canvas: HTMLElement, from: HTMLElement, by: 1 | -1): void {
  const rows = [...canvas.querySelectorAll<HTMLElement>(rowSelector)]
  rows[rows.indexOf(from) + by]?.focus()
}

/** The keys of a row that has the focus itself. */
function rowAction(event: KeyboardEvent, id: string, group: string): Action | undefined {
  const { key, altKey, shiftKey, ctrlKey, metaKey } = event
  if (ctrlKey || metaKey) return undefined
  if (altKey) {
    if (shiftKey) return key === 'ArrowLeft' ? { do: 'out', id } : key === 'ArrowRight' ? { do: 'in', id } : undefined
    return key === 'ArrowUp' ? { do: 'up', id } : key === 'ArrowDown' ? { do: 'down', id } : undefined
  }
  if (key === 'Delete') return { do: 'remove', id }
  if (key === 'd') return { do: 'duplicate', id }
  const kind = key === 'a' ? 'rule' : key === 'A' ? 'group' : undefined
  // Below a row; at the end of a group that has the focus itself.
  return kind && { do: 'add', kind, into: group, ...(group !== id && { after: id }) }
}

/** answerKey does what a key means in the canvas: on a row, or inside of one of its controls. */
export function answerKey(event: KeyboardEvent, canvas: HTMLElement, dispatch: Dispatch<Action>): void {
  const target = event.target as HTMLElement
  const row = rowOf(target)
  if (!row || !canvas.contains(row)) return // a menu, which stands elsewhere
  if (target !== row) {
    const open = target.getAttribute('aria-expanded') === 'true'
    if (event.key === 'Escape' && !event.defaultPrevented && !open) {
      event.preventDefault()
      row.focus()
    }
    return
  }
  const { node: id = '', group = '' } = row.dataset
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (!event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      step(canvas, row, event.key === 'ArrowDown' ? 1 : -1)
      return
    }
  }
  if (event.key === 'Enter' || event.key === 'F2') {
    event.preventDefault()
    const control = own(row, 'value') ?? own(row, 'field') ?? row.querySelector<HTMLElement>('select')
    control?.focus()
    return
  }
  const action = rowAction(event, id, group)
  if (!action) return
  event.preventDefault()
  dispatch(action)
}
