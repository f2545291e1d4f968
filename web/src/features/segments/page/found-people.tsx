import { Skeleton } from '@mantine/core'
import { Failure } from '@/components/failure'
import { useColumns } from '@/components/list/use-columns'
import { PersonGrid, type GridProps } from './person-grid'

/** What is shown of people beside the name, unless somebody chose the fields. */
export const usualColumns = ['email', 'phone', 'country', 'last_seen_at']

/** usePeopleColumns are those for which there is room: on a phone two values stand below the name. */
export const usePeopleColumns = () => useColumns(undefined, { narrow: ['email', 'last_seen_at'], usual: usualColumns, wide: usualColumns })

interface Props extends GridProps {
  found: { isError: boolean; isPending: boolean; data: unknown; error: unknown; refetch: () => Promise<unknown> }
  /** What stands in the place of the list when nobody is in it. */
  none: string
}

/** FoundPeople lists the people that a question found, or says why there are none. */
export function FoundPeople({ found, none, ...grid }: Props) {
  return (
    <>
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={320} />}
      {found.data !== undefined && grid.rows.length === 0 && <p>{none}</p>}
      {grid.rows.length > 0 && <PersonGrid {...grid} />}
    </>
  )
}
