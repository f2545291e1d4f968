// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import type { ReactElement } from 'react'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startTexts } from '@/lib/i18n'
import { NextRun } from './list/next-run'
import { ScheduleTab } from './page/schedule'
import type { Segment } from './queries'

beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  vi.stubGlobal('fetch', async () => new Response('{"runs":[]}', { headers: { 'Content-Type': 'application/json' } }))
  await startTexts()
  await import('./texts')
})
beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-05-04T06:00:00Z') }))
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const shown = (what: ReactElement) => {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <main>{what}</main>
      </MantineProvider>
    </QueryClientProvider>,
  )
  return screen.getByRole('main').textContent
}
const scheduled = (next_run_at?: string) =>
  ({ id: 's1', name: 'Kisumu', version: 1, schedule: { cron: '0 9 * * *', time_zone: 'Africa/Nairobi', ...(next_run_at && { next_run_at }) } }) as Segment

test('a snapshot to come says how long it takes until then, one whose moment has come is due', () => {
  expect(shown(<NextRun at="2026-05-04T07:00:00Z" zone="Africa/Nairobi" />)).toMatch(/^in 1 hour, .*10:00/)
  cleanup()
  expect(shown(<NextRun at="2026-05-04T06:00:00Z" zone="Africa/Nairobi" />)).toMatch(/^is due, .*9:00/)
  expect(screen.getByText(/^is due/).getAttribute('datetime')).toBe('2026-05-04T06:00:00Z')
})

test('the schedule says the same in a sentence, and when it rests', () => {
  const said = (next?: string) => {
    const text = shown(<ScheduleTab segment={scheduled(next)} zone="UTC" mayWrite={false} />)
    cleanup()
    return text
  }
  expect(said('2026-05-04T06:00:01Z')).toContain('The next snapshot is taken on')
  expect(said('2026-05-04T05:59:59Z')).toMatch(/The snapshot of .*8:59 AM \(Africa\/Nairobi\) is due\. It is taken soon\./)
  expect(said()).toContain('The schedule rests now.')
})
