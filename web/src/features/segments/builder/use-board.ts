import { useMemo, useRef } from 'react'
import type { Group } from '@/lib/filter/types'
import { sentOf } from './convert'
import { edited, find, isGroupNode, sizeOf, type GroupNode } from './model'
import type { Board } from './store'

/** With more rules than this, those out of sight are drawn when they come near. */
const drawnAtOnce = 40

/** useNewBoard is what the rows share. It answers from the newest tree without being another object at each change. */
export function useNewBoard(root: GroupNode, shared: Omit<Board, 'without' | 'alone' | 'many'>): Board {
  const newest = useRef(root)
  newest.current = root
  const { t, dispatch, catalog, segments, segmentID, zone, store } = shared
  const size = useRef({ of: root, rules: sizeOf(root).rules })
  return useMemo(
    () => ({
      t, dispatch, catalog, segments, segmentID, zone, store,
      many: () => {
        const of = newest.current
        if (size.current.of !== of) size.current = { of, rules: sizeOf(of).rules } // each row asks
        return size.current.rules > drawnAtOnce
      },
      without: (id: string): Group => {
        const tree = newest.current
        const found = find(tree, id)
        if (found?.parent !== tree || tree.combinator !== 'and' || tree.not) return { combinator: 'and', rules: [] }
        const rest = edited(tree, tree.id, () => ({ ...tree, rules: tree.rules.filter((node) => node.id !== id) }))
        return sentOf(rest, catalog).filter
      },
      alone: (id: string): Group | undefined => {
        const node = find(newest.current, id)?.node
        if (!node) return undefined
        const lone: GroupNode = isGroupNode(node) ? node : { id: '', combinator: 'and', not: false, rules: [node] }
        const { filter, unfinished } = sentOf(lone, catalog)
        return unfinished.length > 0 || filter.rules.length === 0 ? undefined : filter
      },
    }),
    [t, dispatch, catalog, segments, segmentID, zone, store],
  )
}
