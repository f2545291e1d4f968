import type {} from '@tanstack/react-router'

/** Where somebody came from: some people of the list, around the one that is open. */
export interface Neighbours {
  ids: string[]
  at: number
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    neighbours?: Neighbours
    /** The row of Find that was active when it was left. */
    row?: number
    /** The id by which a contact was asked for that has been merged into this one. */
    absorbed?: string
  }
}

/** How many on each side go into the history of the browser, which is no place for a whole list. */
const reach = 200

/** neighbourhood is what a page hands on when it opens row `row` of a list. */
export function neighbourhood(ids: readonly string[], row: number): Neighbours {
  const from = Math.max(0, row - reach)
  return { ids: ids.slice(from, row + reach + 1), at: row - from }
}

/** neighbour is the one before (-1) or after (1), with the history state to open it by. */
export function neighbour(from: Neighbours | undefined, step: -1 | 1): { id: string; neighbours: Neighbours } | undefined {
  if (!from) return undefined
  const at = from.at + step
  const id = from.ids[at]
  return id === undefined ? undefined : { id, neighbours: { ids: from.ids, at } }
}
