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
  if ((typeof q === 'string' || typeof q === 'number') && String(q) !== '') view.q = String(q)
  const order = orders.find((one) => one === sort)
  if (order) view.sort = order
  if (archived === true || archived === 'true') view.archived = true
  return view
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value > 0

/** pageView reads the address of a segment. */
export function pageView({ tab, from, to }: Search): PageView {
  const view: PageView = {}
  const known = tabs.find((one) => one === tab)
  if (known) view.tab = known
  if (isNumber(from)) view.from = from
  if (isNumber(to)) view.to = to
  return view
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
