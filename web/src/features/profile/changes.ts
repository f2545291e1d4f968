/** changesToShow leaves out what another entry says better: who was merged in, and the id of a company that has a name. */
export function changesToShow<C extends { field: string }>(changes: readonly C[]): C[] {
  const company = changes.some(({ field }) => field === 'company')
  return changes.filter(({ field }) => field !== 'absorbed' && !(company && field === 'company_id'))
}
