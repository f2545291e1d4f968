import { Problem } from '@/lib/api/problem'

/**
 * Where an edit stands: `waiting` for its turn, `sending`, `lost` on the way (it goes again by itself), `failed` (the
 * server refused it), or in `conflict` with what somebody else wrote.
 */
export type EditStatus = 'waiting' | 'sending' | 'lost' | 'failed' | 'conflict'

/** Edit is one new value of one field, until the server has it. */
export interface Edit {
  field: string
  value: unknown
  /** What the field may have for this edit to be right: what was seen when it was begun. */
  bases: unknown[]
  status: EditStatus
  /** The request as it was sent. It goes again as it is, so that the server can tell that it is the same one. */
  request?: { etag: string; key: string }
  problem?: Problem
  /** How often it went without an answer that settles it, and how often the version was another one. */
  tries: number
  overtaken: number
}

/** on says whether an edit is on its way to the server, so that the page shows its value. */
export function on(edit: Edit): boolean {
  return edit.status === 'waiting' || edit.status === 'sending' || edit.status === 'lost'
}

// The problems of these types say that nothing was changed.
const nothingDone = new Set(['busy', 'storage-full', 'storage-descriptors', 'storage-memory', 'storage-repairing'])

/** unsettled says whether a write may succeed when it is sent again, unchanged. */
export function unsettled(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500
}

/** unknown says whether a write may have been carried out although it failed. */
export function unknown(problem: Problem): boolean {
  return problem.status === 0 || (problem.status >= 500 && !nothingDone.has(problem.type))
}

/** frozen is edits as text, to be kept over a reload. */
export function frozen(edits: readonly Edit[]): string {
  return JSON.stringify(
    edits.map(({ problem, ...edit }) => ({
      ...edit,
      value: edit.value ?? null, // undefined would be lost
      bases: edit.bases.map((base) => base ?? null),
      ...(problem && { problem: { status: problem.status, body: problem.body, requestID: problem.requestID } }),
    })),
  )
}

/** thawed is the edits of a text. What was on its way when the page ended is sent again, as the same request. */
export function thawed(text: string | null): Edit[] {
  try {
    const kept = JSON.parse(text ?? '[]') as (Omit<Edit, 'problem'> & {
      problem?: { status: number; body: Problem['body']; requestID: string }
    })[]
    return kept.filter(isEdit).map(({ problem, ...edit }) => ({
      ...edit,
      status: edit.status === 'sending' || edit.status === 'lost' ? 'waiting' : edit.status,
      ...(problem && { problem: new Problem(problem.status, problem.body, problem.requestID) }),
    }))
  } catch {
    return [] // somebody else's text
  }
}

/** isEdit says whether something has the shape of an edit. Another version of the console may have left something else. */
function isEdit(kept: unknown): boolean {
  const { field, bases, status } = (kept ?? {}) as Partial<Edit>
  return typeof field === 'string' && Array.isArray(bases) && bases.length > 0 && typeof status === 'string'
}
