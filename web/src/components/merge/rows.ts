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

/** Rule is what decides over a field that nobody chooses: both are kept, or the further one, or the record that stays. */
export type Rule = 'both' | 'further' | 'goesWith'

/** MergeKind says how two records of a kind are merged. */
export interface MergeKind<R> {
  /** The fields that somebody can choose, without attributes, and those that are only shown. */
  chosenByHand: readonly string[]
  shownOnly: (stays: R, gone: R) => string[]
  /** Fields that go together, as the server has it: who takes one takes all. */
  together: readonly (readonly string[])[]
  valueOf: (record: R, field: string) => unknown
}

// Lists that get the values of both, so that nothing is lost.
const united = new Set(['emails', 'phones', 'identities', 'domains', 'labels'])

// The further type is kept: customer before lead before visitor.
const further = new Set(['type'])

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
    const ruled = united.has(field) || further.has(field)
    const byHand = !ruled && (chosenByHand.includes(field) || field.startsWith('attributes.'))
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

/** ruleOf is what decides over a field, if the result does not speak for itself. */
export function ruleOf(together: Together, { field, stays, gone, result, differs }: Row): Rule | undefined {
  if (!differs || missing(gone)) return undefined
  if (!missing(stays) && Array.isArray(result) && (united.has(field) || hasAll(result, stays, gone))) return 'both'
  if (!missing(stays) && further.has(field)) return 'further'
  return partnersOf(together, field).length > 0 && missing(stays) && missing(result) ? 'goesWith' : undefined
}

function hasAll(result: unknown[], ...lists: unknown[]): boolean {
  return lists.flat().every((one) => result.some((value) => same(value, one)))
}
