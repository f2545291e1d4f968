import type { TFunction } from 'i18next'
import { createContext, use, useSyncExternalStore, type Dispatch } from 'react'
import type { Group } from '@/lib/filter/types'
import type { Segment } from '../queries'
import type { Catalog } from './catalog'
import type { Lack } from './convert'
import type { Fault } from './faults'
import type { Zone } from './period'
import type { Action } from './reducer'

/** Live is what the server last said of the rows, by their ids. */
export interface Live {
  faults: ReadonlyMap<string, Fault>
  lacks: ReadonlyMap<string, Lack>
  /** How many pass each row by itself, where the server has counted it. */
  alone: ReadonlyMap<string, number>
  /** How many are left after each row of the outermost group. */
  after: ReadonlyMap<string, number>
  /** How many there were before it, in an outermost "any of". */
  added: ReadonlyMap<string, number>
  how: 'left' | 'added' | 'passes'
  /** Everyone; 0 while that is not known. */
  total: number
  /** Whether rows may ask for more by themselves: they do not while somebody types, or when there are many. */
  quiet: boolean
}

const nothing: Live = {
  faults: new Map(), lacks: new Map(), alone: new Map(), after: new Map(), added: new Map(), how: 'left', total: 0, quiet: false,
}

/** LiveStore lets each row hear of its own news only. */
export class LiveStore {
  #live = nothing
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get live(): Live {
    return this.#live
  }

  set(live: Live): void {
    this.#live = live
    for (const listener of this.#listeners) listener()
  }
}

/** Board is what all rows share. It stays the same while rules change. */
export interface Board {
  /** The texts of the page. Each row would listen by itself for another language. */
  t: TFunction
  dispatch: Dispatch<Action>
  catalog: Catalog
  segments: readonly Segment[]
  /** The segment that is edited; empty for a new one. */
  segmentID: string
  zone: Zone
  store: LiveStore
  /** The filter without one row, to count values under; everyone when the row stands in an "any of". */
  without: (id: string) => Group
  /** Whether there are so many rules that those out of sight are drawn when they come near. */
  many: () => boolean
  /** The filter of one row alone; undefined while it is not finished. */
  alone: (id: string) => Group | undefined
}

export const BoardContext = createContext<Board | null>(null)

/** useBoard is what the rows share. */
export function useBoard(): Board {
  const board = use(BoardContext)
  if (!board) throw new Error('a row stands outside of its builder')
  return board
}

/** useLive is a part of the news. `pick` has to answer the same object for the same news. */
export function useLive<T>(pick: (live: Live) => T): T {
  const { store } = useBoard()
  return useSyncExternalStore(store.subscribe, () => pick(store.live))
}

/** useFault is what the server says of a part of a row; of the whole row, when the part is `row`. */
export function useFault(id: string, part?: Fault['part']): string | undefined {
  return useLive(({ faults }) => {
    const fault = faults.get(id)
    return fault && (part === undefined || fault.part === part) ? fault.detail : undefined
  })
}
