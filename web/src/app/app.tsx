import { MantineProvider, localStorageColorSchemeManager } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { nonce } from './nonce'
import { queries } from './queries'
import { router } from './router'
import { theme, variables } from './theme'

const schemes = localStorageColorSchemeManager({ key: 'kundi-theme' })

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={variables}
        colorSchemeManager={schemes}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <Notifications position="bottom-right" limit={3} />
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  )
}
