import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { Suspense } from 'react'
import { later } from '@/lib/fetched'
import { nonce } from './nonce'
import { queries } from './queries'
import { router } from './router'
import { theme, variables } from './theme'
import { useTitle } from './use-title'

const Notices = later(async () => (await import('./notices')).Notices)

const schemes = localStorageColorSchemeManager({ key: 'kundi-theme' })

export function App() {
  useTitle()
  return (
    <QueryClientProvider client={queries}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        colorSchemeManager={schemes}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <Suspense>
          <Notices />
        </Suspense>
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  )
}
