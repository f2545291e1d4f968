import { useNarrow, useWide } from '@/lib/use-width'

/** Columns are what a list shows when nobody has chosen: on a phone, on most screens, and where there is more room. */
export interface Columns {
  narrow: string[]
  usual: string[]
  wide: string[]
}

/** useColumns are the columns of a list: those that somebody has chosen, or those that there is room for. */
export function useColumns(chosen: string[] | undefined, { narrow, usual, wide }: Columns): string[] {
  const [isNarrow, isWide] = [useNarrow(), useWide()]
  return chosen ?? (isWide ? wide : isNarrow ? narrow : usual)
}
