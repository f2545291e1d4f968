import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useMutation } from '@/lib/edits/use-mutation'
import type { Group } from '@/lib/filter/types'
import { newKey } from '@/lib/new-key'
import type { Segment } from '../queries'
import { save, type Outcome, type Wanted } from './saving'

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
  const attempt = useRef({ key: '', of: '' })
  const mutation = useMutation({
    mutationFn: (wanted: Omit<Wanted, 'key'>): Promise<Outcome> => {
      // The same attempt has the same key, so that an answer that got lost makes no second segment.
      const of = JSON.stringify(wanted)
      if (attempt.current.of !== of) attempt.current = { key: newKey(), of }
      return save({ ...wanted, key: attempt.current.key })
    },
    onSuccess: (outcome) => {
      if ('theirs' in outcome) {
        setTheirs(outcome.theirs)
        return
      }
      setTheirs(undefined)
      void queries.invalidateQueries({ queryKey: ['segments'] })
      done(outcome.saved)
    },
  })
  const wanted = {
    id: segment?.id ?? '', version, name: name.trim(), description: description.trim(), fixed: fixed && !segment,
    filter: segment?.kind === 'static' ? undefined : filter,
  }
  return {
    error: mutation.error as unknown,
    isPending: mutation.isPending,
    theirs,
    save: () => mutation.mutate(wanted),
    overwrite: () => mutation.mutate({ ...wanted, version: theirs?.version ?? wanted.version }),
    copy: (other: string) => mutation.mutate({ ...wanted, id: '', version: 0, name: other }),
    dismiss: () => setTheirs(undefined),
  }
}
