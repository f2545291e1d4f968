import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { isProblem } from '@/lib/api/client'
import type { Group } from '@/lib/filter/types'
import { definitions, everyone, preview, type Preview } from '../queries'
import type { Catalog } from './catalog'
import { sentOf, type Sent } from './convert'
import { faultsOf, type Fault } from './faults'
import { isGroupNode, sizeOf, walk, type GroupNode } from './model'
import type { State } from './reducer'
import type { Live, LiveStore } from './store'

/** How long after a letter the server is asked, and after what time it is quiet; in milliseconds. */
export const typingDelay = 40
export const quietDelay = 250

/** With more rules than this, rows ask for nothing by themselves. */
const manyRules = 60

/** Counted is what the page knows of what is built now. */
export interface Counted {
  sent: Sent
  /** The filter that was asked about last, a moment after each change. */
  asked: Group
  data: Preview | undefined
  /** Whether `data` is of an earlier filter. */
  old: boolean
  /** Why there is no count; undefined while there is one, or while it is on its way. */
  error: unknown
  faults: readonly Fault[]
  /** Nothing has changed for a moment. */
  quiet: boolean
  total: number | undefined
  again: () => void
}

/** useCounted asks the server at each change, at once or a moment after a letter, and tells the rows. */
export function useCounted(state: State, catalog: Catalog, segmentID: string, store: LiveStore): Counted {
  const sent = useMemo(() => sentOf(state.root, catalog), [state.root, catalog])
  const [asked, setAsked] = useState(sent)
  const [quiet, setQuiet] = useState(true)
  const typing = state.typed !== undefined

  useEffect(() => {
    setQuiet(false)
    const still = setTimeout(() => setQuiet(true), quietDelay)
    if (!typing) setAsked(sent)
    const soon = typing ? setTimeout(() => setAsked(sent), typingDelay) : undefined
    return () => {
      clearTimeout(still)
      clearTimeout(soon)
    }
  }, [sent, typing])

  const answer = useQuery(preview(asked.filter, segmentID || undefined))
  const total = useQuery({ ...everyone, placeholderData: keepPreviousData })
  const faults = useFaults(answer.error, answer.isSuccess && !answer.isPlaceholderData, asked)
  const waiting = answer.isPlaceholderData || asked !== sent
  useFields(faults)

  useEffect(() => {
    const { root } = state
    const numbers = waiting ? store.live : { alone: aloneOf(asked, answer.data), ...funnelOf(root, asked, answer.data) }
    store.set({
      faults: new Map(faults.map((fault) => [fault.id, fault])),
      lacks: new Map(sent.unfinished.map(({ id, lack }) => [id, lack])),
      alone: numbers.alone,
      after: numbers.after,
      added: numbers.added,
      how: root.not ? 'passes' : root.combinator === 'or' ? 'added' : 'left',
      total: total.data ?? 0,
      quiet: quiet && sizeOf(root).rules <= manyRules,
    })
  }, [state, asked, answer.data, waiting, faults, sent, total.data, quiet, store])

  const { refetch } = answer
  const again = useCallback(() => void refetch(), [refetch])
  const data = answer.isError ? undefined : answer.data
  const error: unknown = answer.isError ? answer.error : undefined
  return useMemo(
    () => ({ sent, asked: asked.filter, data, old: waiting, error, faults, quiet, total: total.data, again }),
    [sent, asked, data, waiting, error, faults, quiet, total.data, again],
  )
}

/** aloneOf is how many pass each row alone, by its id. The server counts the first 50. */
function aloneOf({ places }: Sent, data: Preview | undefined): Live['alone'] {
  const counted = (data?.rules ?? []).flatMap(({ location, alone }): [string, number][] => {
    const id = places.get(location)
    return id === undefined ? [] : [[id, alone]]
  })
  return new Map(counted)
}

/** funnelOf gives the numbers of the funnel to the rows that were sent. */
function funnelOf(root: GroupNode, { places }: Sent, data: Preview | undefined): Pick<Live, 'after' | 'added'> {
  const [after, added] = [new Map<string, number>(), new Map<string, number>()]
  if (!data) return { after, added }
  const here = new Set(root.rules.map(({ id }) => id))
  data.funnel.forEach((count, at) => {
    const id = places.get(`filter.rules[${at}]`)
    if (id === undefined || !here.has(id)) return
    after.set(id, count)
    added.set(id, count - (at > 0 ? (data.funnel[at - 1] ?? 0) : 0))
  })
  return { after, added }
}

const none: readonly Fault[] = []

/** useFaults keeps what the server said was wrong until it says something else. */
function useFaults(error: unknown, fine: boolean, asked: Sent): readonly Fault[] {
  const last = useRef(none)
  return useMemo(() => {
    if (isProblem(error)) last.current = error.status === 422 ? faultsOf(error, asked.places).faults : last.current
    else if (fine) last.current = none
    return last.current
  }, [error, fine, asked])
}

/** useFields reads the attributes again once the server does not know a field: somebody has deleted one meanwhile. */
function useFields(faults: readonly Fault[]): void {
  const queries = useQueryClient()
  const unknown = faults.filter(({ part }) => part === 'field').map(({ id }) => id).join()
  useEffect(() => {
    if (unknown) void queries.invalidateQueries({ queryKey: definitions.queryKey })
  }, [queries, unknown])
}

/** idsOf are all rows of a tree, from the top down. */
export function idsOf(root: GroupNode): string[] {
  const ids: string[] = []
  walk(root, (node) => {
    ids.push(node.id)
    if (!isGroupNode(node) && node.where) ids.push(node.where.id)
  })
  return ids
}
