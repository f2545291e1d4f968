import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useWrite } from '@/lib/edits/use-write'
import type { Group } from '@/lib/filter/types'
import type { Segment } from '../queries'
import { save, type Wanted } from './saving'

interface Built {
  segment: Segment | undefined
  /** The version that the changes began from. */
  version: number
  name: string
  description: string
  fixed: boolean
  filter: Group
  done: (saved: Segment) => void
}

/** useSave saves a segment, and says when somebody else has changed it meanwhile. */
export function useSave({ segment, version, name, description, fixed, filter, done }: Built) {
  const queries = useQueryClient()
  const [theirs, setTheirs] = useState<Segment>()
  const write = useWrite(
    (wanted: Omit<Wanted, 'key'>, key) => save({ ...wanted, key }),
    (outcome) => {
      if ('theirs' in outcome) {
        setTheirs(outcome.theirs)
        return
      }
      setTheirs(undefined)
      void queries.invalidateQueries({ queryKey: ['segments'] })
      done(outcome.saved)
    },
    `segment-${segment?.id ?? 'new'}`,
  )
  const wanted = {
    id: segment?.id ?? '', version, name: name.trim(), description: description.trim(), fixed: fixed && !segment,
    filter: segment?.kind === 'static' ? undefined : filter,
  }
  return {
    error: write.problem,
    isPending: write.pending,
    theirs,
    save: () => void write.send(wanted),
    overwrite: () => void write.send({ ...wanted, version: theirs?.version ?? wanted.version }),
    copy: (other: string) => void write.send({ ...wanted, id: '', version: 0, name: other }),
    dismiss: () => setTheirs(undefined),
  }
}
