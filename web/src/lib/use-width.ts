import { useMediaQuery } from '@mantine/hooks'

/** useNarrow says whether the window is that of a phone. */
export function useNarrow(): boolean {
  return useMediaQuery('(max-width: 640px)', window.innerWidth <= 640, { getInitialValueInEffect: false })
}

/** useWide says whether a list has room for more columns than most screens have. */
export function useWide(): boolean {
  return useMediaQuery('(min-width: 1920px)', window.innerWidth >= 1920, { getInitialValueInEffect: false })
}
