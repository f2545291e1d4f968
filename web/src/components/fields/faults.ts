import type { Problem } from '@/lib/api/problem'

/** faultsOf are the sentences of a problem about one field: those of its place, else what the problem says at all. */
export function faultsOf(problem: Problem, field: string): string[] {
  const faults = (problem.body.errors ?? []).filter(
    ({ location = '' }) => location === field || location.startsWith(`${field}[`) || location.startsWith(`${field}.`),
  )
  const said = faults.flatMap(({ detail }) => (detail ? [detail] : []))
  return said.length > 0 ? [...new Set(said)] : [problem.detail || problem.title]
}

/** isAmount says whether a sentence is about an amount of money in JSON, of which the form has only the number. */
export const isAmount = (said: string) => said.includes('{amount, currency}')

/** isOfRegion says whether a sentence is about the phone region of the workspace. */
export const isOfRegion = (said: string) => said.includes('phone region')
