import type { Problem } from '@/lib/api/problem'

/** holdersOf are the records that have a value already, when that is the problem. */
export function holdersOf(problem: Problem | undefined): string[] {
  const { company_id, company_ids, contact_id, contact_ids } = problem?.body ?? {}
  if (problem?.type === 'company-taken') return company_ids ?? (company_id ? [company_id] : [])
  if (problem?.type === 'identity-taken') return contact_ids ?? (contact_id ? [contact_id] : [])
  return []
}
