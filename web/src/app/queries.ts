import { QueryClient } from '@tanstack/react-query'
import { isProblem } from '@/lib/api/client'

/** queries keeps what the server answered. What may pass is asked again, three times at most. */
export const queries = new QueryClient({
  defaultOptions: {
    // The page knows by itself whether there is a connection: lib/api/connection.
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      refetchOnWindowFocus: true,
      retry: (failures, cause) => failures < 3 && isProblem(cause) && cause.passing,
      retryDelay: (failures, cause) =>
        (isProblem(cause) ? cause.retryAfter : undefined) ?? Math.min(1_000 * 2 ** failures, 8_000),
    },
    mutations: { networkMode: 'always', retry: false },
  },
})
