/** The orders of the list of segments. */
export const orders = ['name', '-count', '-change', 'next'] as const

/** ListView is what the list shows: /segments?q=&sort=&archived= */
export interface ListView {
  q?: string
  sort?: (typeof orders)[number]
  archived?: true
}

/** The tabs of a segment. */
export const tabs = ['members', 'picks', 'snapshots', 'schedule', 'pull', 'events', 'history', 'details'] as const
export type Tab = (typeof tabs)[number]

/** PageView is what the page of a segment shows: /segments/ID?tab=&from=&to= */
export interface PageView {
  tab?: Tab
  /** The two snapshots that are compared. */
  from?: number
  to?: number
}

type Search = Record<string, unknown>

/** listView reads an address that anybody may have written. What makes no sense is left out. */
export function listView({ q, sort, archived }: Search): ListView {
  const view: ListView = {}
  if (typeof q === 'string' && q !== '') view.q = q
  const order = orders.find((one) => one === sort)
  if (order) view.sort = order
  if (archived === true || archived === 'true') view.archived = true
  return view
}

/** countOf is a whole number from 1 on. An address has it as a text. */
function countOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number > 0 ? number : undefined
}

/** pageView reads the address of a segment. */
export function pageView({ tab, from, to }: Search): PageView {
  const view: PageView = {}
  const known = tabs.find((one) => one === tab)
  if (known) view.tab = known
  const [first, second] = [countOf(from), countOf(to)]
  if (first) view.from = first
  if (second) view.to = second
  return view
}

/** Why an audience holds people back, of whom it can say who they are. */
export const heldReasons = ['blocked', 'unsubscribed', 'suppressed', 'unreachable', 'excluded', 'recent_campaign', 'double_address'] as const
export type HeldReason = (typeof heldReasons)[number]

/** AudienceView is which people the page of an audience shows: /segments/ID/audiences/ID?group=&held=&left=; all rows without any. */
export interface AudienceView {
  group?: string
  /** Those who were held back when it was made. */
  held?: HeldReason
  /** Those whose rows are left out by now. */
  left?: HeldReason
}

/** audienceView reads the address of an audience. Only one of the three holds. */
export function audienceView({ group, held, left }: Search): AudienceView {
  const reason = (value: unknown) => heldReasons.find((one) => one === value)
  const [was, is] = [reason(held), reason(left)]
  if (was) return { held: was }
  if (is) return { left: is }
  return typeof group === 'string' && group !== '' ? { group } : {}
}

/** The tabs beside the builder. */
export const panels = ['people', 'values', 'reach', 'overlap'] as const
export type Panel = (typeof panels)[number]

/** BuilderView is what the builder shows: /segments/new?filter=&panel= */
export interface BuilderView {
  /** What a new segment begins with; not looked at yet. */
  filter?: object
  panel?: Panel
}

/** builderView reads the address of the builder. */
export function builderView({ filter, panel }: Search): BuilderView {
  const view: BuilderView = {}
  if (typeof filter === 'object' && filter !== null) view.filter = filter
  const known = panels.find((one) => one === panel)
  if (known) view.panel = known
  return view
}
