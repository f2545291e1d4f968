/** The orders of the people of a company. */
export const peopleSorts = ['-last_seen_at', 'name', '-created_at'] as const

/** CompanyView is what the page of a company shows, as it stands in the address. */
export interface CompanyView {
  tab?: 'history'
  sort?: (typeof peopleSorts)[number]
}

/** companyView reads an address that anybody may have written. What makes no sense is left out. */
export function companyView(search: Record<string, unknown>): CompanyView {
  const view: CompanyView = {}
  if (search['tab'] === 'history') view.tab = 'history'
  const sort = peopleSorts.find((one) => one === search['sort'])
  if (sort) view.sort = sort
  return view
}
