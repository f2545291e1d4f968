import { entities, type Entity } from './queries'

/** What the page shows, as it stands in the address: `edit` is a key, or `+` for a new attribute. */
export interface AttributesView {
  entity?: Entity
  edit?: string
}

/** attributesView reads an address that anybody may have written. */
export function attributesView(search: Record<string, unknown>): AttributesView {
  const view: AttributesView = {}
  const entity = entities.find((one) => one === search['entity'])
  if (entity && entity !== 'contact') view.entity = entity
  // A plus that somebody types into an address comes as a blank.
  if (typeof search['edit'] === 'string') view.edit = search['edit'] === ' ' ? '+' : search['edit']
  return view
}
