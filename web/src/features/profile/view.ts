/** The tabs of a profile. `details` and `about` are tabs only where there is no room for them beside the others. */
export const tabs = ['details', 'timeline', 'notes', 'conversations', 'about'] as const
export type Tab = (typeof tabs)[number]

/** The kinds of the timeline that are shown or left out together, by the word of the page for them. */
export const kindGroups = {
  changed: ['created', 'changed'],
  conversation: ['conversation', 'message'],
  note: ['note'],
  merged: ['merged', 'unmerged'],
  blocked: ['blocked', 'unblocked'],
  consent: ['consent'],
  segment: ['segment_entered', 'segment_left'],
  campaign: ['campaign_event'],
} as const
export type KindGroup = keyof typeof kindGroups

/** View is what a profile shows, as it stands in the address. */
export interface View {
  tab?: Tab
  kinds?: KindGroup[]
  conversation?: string
  channel?: string
}

/** Change shows another view: in a new entry of the history, or in place of this one. */
export type Change = (view: View, replace?: boolean) => void

const isGroup = (value: unknown): value is KindGroup => typeof value === 'string' && Object.hasOwn(kindGroups, value)

/** viewOf reads an address that anybody may have written. What makes no sense is left out. */
export function viewOf(search: Record<string, unknown>): View {
  const view: View = {}
  const { tab, kinds, conversation, channel } = search
  if (tabs.some((one) => one === tab)) view.tab = tab as Tab
  const groups = Array.isArray(kinds) ? [...new Set(kinds.filter(isGroup))] : []
  if (groups.length > 0) view.kinds = groups
  if (typeof conversation === 'string' && conversation !== '') view.conversation = conversation
  if (typeof channel === 'string' && /^[a-z_]+$/.test(channel)) view.channel = channel
  return view
}

/** kindsOf is the parameter of the API for some groups; undefined for all. */
export function kindsOf(groups: readonly KindGroup[] | undefined): string | undefined {
  return groups && groups.length > 0 ? groups.flatMap((group) => kindGroups[group]).join(',') : undefined
}
