import type { ReactNode } from 'react'
import type { Source } from '@/components/source-badge'
import type { Problem } from '@/lib/api/problem'
import type { Attribute } from '@/lib/attributes'
import type { EditQueue, FieldEdit } from '@/lib/edits/queue'

/** Origin is on whose behalf a value was written, by whom and when. */
export interface Origin {
  source: Source
  name: string
  at: string
}

/** Editable is a record whose fields are edited in place. */
export interface Editable {
  id: string
  entity: Attribute['entity']
  queue: Pick<EditQueue<unknown>, 'submit' | 'discard' | 'insist' | 'retry'>
  /** The fields that somebody edits, as the queue has them. */
  fields: ReadonlyMap<string, FieldEdit>
  /** What a field has, with the edits that are on their way. */
  valueOf: (field: string) => unknown
  originOf: (field: string) => Origin | undefined
  /** What a problem says beside its sentences: whose a value is that two records cannot both have. */
  holders?: (problem: Problem) => ReactNode
}
