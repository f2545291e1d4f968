import type { Problem } from '@/lib/api/problem'
import type { Sent } from './convert'

/** Fault is what the server says of a row. */
export interface Fault {
  id: string
  /** What of the row it is about: `value`, `operator`, `field`, or all of it. */
  part: 'field' | 'operator' | 'value' | 'row'
  detail: string
}

/**
 * faultsOf gives each fault of a filter to the row that was sent there. Rows may have moved since, so places are looked
 * up in what was sent. Faults of other things, like the name, are in `rest`.
 */
export function faultsOf(problem: Problem, places: Sent['places']): { faults: Fault[]; rest: string[] } {
  const faults: Fault[] = []
  const rest: string[] = []
  for (const { location, detail } of problem.body.errors ?? []) {
    const found = rowAt(location, places)
    if (found) faults.push({ ...found, detail })
    else rest.push(detail)
  }
  return { faults, rest }
}

function rowAt(location: string, places: Sent['places']): Pick<Fault, 'id' | 'part'> | undefined {
  for (let place = location; place !== ''; place = shorter(place)) {
    const id = places.get(place)
    if (id === undefined) continue
    const member = /^\.(field|operator|value)\b/.exec(location.slice(place.length))
    return { id, part: (member?.[1] as Fault['part'] | undefined) ?? 'row' }
  }
  return undefined
}

/** shorter is a place without its last step: `a.b[1]` after `a.b[1].c`, `a.b` after `a.b[1]`. */
function shorter(place: string): string {
  return place.slice(0, Math.max(place.lastIndexOf('.'), place.lastIndexOf('['), 0))
}
