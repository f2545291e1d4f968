// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { pageID } from '@/lib/arrival'
import { startTexts } from '@/lib/i18n'
import { Failure } from './failure'

beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  await startTexts()
})
afterEach(cleanup)

function Page({ dialog }: { dialog?: boolean }) {
  const [failed, setFailed] = useState(true)
  const failure = failed && <Failure cause={new Error()} retry={() => setFailed(false)} />
  return (
    <MantineProvider env="test">
      <main id={pageID} tabIndex={-1}>
        <h1>People</h1>
        {!dialog && failure}
      </main>
      {dialog && <div role="dialog" aria-modal tabIndex={-1}>{failure}</div>}
    </MantineProvider>
  )
}

test.each([[false, 'H1'], [true, 'DIV']])('who tries again is not lost with the button (in a dialog: %s)', async (dialog, name) => {
  const { getByRole, queryByRole } = render(<Page dialog={dialog} />)
  const retry = getByRole('button', { hidden: true })
  retry.focus()
  await act(async () => fireEvent.click(retry))
  expect(queryByRole('alert')).toBeNull()
  expect(document.activeElement?.tagName).toBe(name)
})
