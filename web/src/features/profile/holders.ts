import type { Problem } from '@/lib/api/problem'

/** holdersOf are the contacts that have a value already. */
export function holdersOf(problem: Problem | undefined): string[] {
  if (problem?.type !== 'identity-taken') return []
  const { contact_id, contact_ids } = problem.body
  return contact_ids ?? (contact_id ? [contact_id] : [])
}
