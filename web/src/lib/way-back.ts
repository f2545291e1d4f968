import type {} from '@tanstack/react-router'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** How many entries of the history a page has added since it was opened: its tabs, what is open in it. */
    deep?: number
  }
}

/** deeper is the state of one more entry of the same page. What the page was opened with stays. */
export function deeper<S extends { deep?: number }>(state: S): S {
  return { ...state, deep: (state.deep ?? 0) + 1 }
}

/** stepsBack is how far back the page lies from which this one was opened: 0 when the browser began here. */
export function stepsBack({ deep = 0, __TSR_index: at = 0 }: { deep?: number; __TSR_index?: number }): number {
  return at > deep ? deep + 1 : 0
}
