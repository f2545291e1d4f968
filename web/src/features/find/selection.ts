import { filterOf, type View } from '@/lib/list-view'

/** Selection are the people that are selected: some by id, or all that a question finds. */
export interface Selection {
  ids: ReadonlySet<string>
  all: boolean
  /** The row from which Shift extends. */
  anchor: number
}

export const nothing: Selection = { ids: new Set(), all: false, anchor: 0 }

export type Action =
  | { do: 'toggle'; row: number; id: string }
  | { do: 'extend'; row: number; ids: string[] } // ids of all rows that are loaded
  | { do: 'loaded'; ids: string[] }
  | { do: 'all' }
  | { do: 'clear' }

/** keyOf tells questions apart: what is selected in one is not selected in another. */
export function keyOf(view: View): string {
  return JSON.stringify([view.q ?? '', filterOf(view.picks) ?? null])
}

/** selectionReducer changes what is selected. */
export function selectionReducer(before: Selection, action: Action): Selection {
  switch (action.do) {
    case 'toggle': {
      const ids = new Set(before.ids)
      if (!ids.delete(action.id)) ids.add(action.id)
      return { ids, all: false, anchor: action.row }
    }
    case 'extend': {
      const [from, to] = [Math.min(before.anchor, action.row), Math.max(before.anchor, action.row)]
      return { ids: new Set([...before.ids, ...action.ids.slice(from, to + 1)]), all: false, anchor: before.anchor }
    }
    case 'loaded':
      return { ids: new Set(action.ids), all: false, anchor: 0 }
    case 'all':
      return { ...before, all: true }
    case 'clear':
      return nothing
  }
}
