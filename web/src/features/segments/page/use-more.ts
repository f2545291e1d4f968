import { useCallback } from 'react'

interface Paged {
  fetchNextPage: () => Promise<unknown>
  hasNextPage: boolean
  isFetchingNextPage: boolean
}

/** useMore asks for the next page of a list, once. */
export function useMore({ fetchNextPage, hasNextPage, isFetchingNextPage }: Paged): () => void {
  return useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
}
