import type { Attribute } from '@/lib/attributes'
import { missing, same } from '@/lib/edits/same'

/** Choices are the fields whose value comes from the record that is merged in. */
export type Choices = Readonly<Record<string, true>>

/** Row is one field of both records. */
export interface Row {
  field: string
  stays: unknown
  gone: unknown
  result: unknown
  differs: boolean
  /** Whether somebody can choose the other's value. */
  choosable: boolean
}

/** MergeKind says how two records of a kind are merged. */
export interface MergeKind<R> {
  /** The fields that somebody can choose, without attributes, and those that are only shown. */
  chosenByHand: readonly string[]
  shownOnly: (stays: R, gone: R) => string[]
  /** Fields that go together, as the server has it: who takes one takes all. */
  together: readonly (readonly string[])[]
  valueOf: (record: R, field: string) => unknown
}

// Lists in which the other's chosen value only comes first, and nothing is lost.
const united = new Set(['emails', 'phones', 'identities', 'domains'])

type Together = MergeKind<unknown>['together']

/** partnersOf are the other fields that are chosen with a field. */
export function partnersOf(together: Together, field: string): string[] {
  return together.find((group) => group.includes(field))?.filter((one) => one !== field) ?? []
}

/** rowsOf are the fields that one of the two has, those that differ first. `result` is the server's, once it is there. */
export function rowsOf<R>(kind: MergeKind<R>, stays: R, gone: R, result: R | undefined, defined: readonly Attribute[]): Row[] {
  const { chosenByHand, valueOf } = kind
  const fields = [...chosenByHand, ...defined.map(({ key }) => `attributes.${key}`), ...kind.shownOnly(stays, gone)]
  const rows = fields.flatMap((field): Row[] => {
    const [left, right] = [valueOf(stays, field), valueOf(gone, field)]
    if (missing(left) && missing(right)) return []
    const byHand = chosenByHand.includes(field) || field.startsWith('attributes.')
    return [
      {
        field,
        stays: left,
        gone: right,
        result: result && valueOf(result, field),
        differs: !same(left, right),
        choosable: byHand && !missing(right) && !missing(left) && !same(left, right),
      },
    ]
  })
  return [...rows.filter((row) => row.differs), ...rows.filter((row) => !row.differs)]
}

/** chosen changes a choice, and that of the fields that go with it. */
export function chosen(together: Together, choices: Choices, field: string, gone: boolean): Choices {
  const group = [field, ...partnersOf(together, field)]
  const rest = Object.fromEntries(Object.entries(choices).filter(([one]) => !group.includes(one)))
  return gone ? { ...rest, ...Object.fromEntries(group.map((one) => [one, true])) } : rest
}

/** chooseOf is what the API gets of the choices. */
export function chooseOf(choices: Choices): Record<string, 'absorbed'> {
  return Object.fromEntries(
    Object.keys(choices).sort().map((field) => [field === 'company' ? 'company_id' : field, 'absorbed' as const]),
  )
}

/** keepsBoth says whether the result has all values of both records. */
export function keepsBoth({ field, stays, gone, result, differs }: Row): boolean {
  if (!differs || !Array.isArray(result) || missing(stays) || missing(gone)) return false
  if (united.has(field)) return true
  const there = result as unknown[]
  return [...(stays as unknown[]), ...(gone as unknown[])].every((one) => there.some((value) => same(value, one)))
}
