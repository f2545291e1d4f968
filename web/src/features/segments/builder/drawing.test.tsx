// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useReducer, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startTexts } from '@/lib/i18n'
import { catalogOf } from './catalog'
import { GroupCard } from './group-card'
import { isGroupNode, treeOf, walk, type GroupNode } from './model'
import { begin, reduce, type Action } from './reducer'
import type { RowMenuProps } from './row-menu-items'
import { BoardContext, LiveStore } from './store'
import { useNewBoard } from './use-board'

// Each row, and each group in a group, has one menu: it is drawn when they are.
const drawn = vi.hoisted((): string[] => [])
vi.mock('./row-menu', () => ({
  RowMenu: ({ id }: RowMenuProps) => {
    drawn.push(id)
    return null
  },
}))

const rows = 44
const inner = 3

// Hundreds of controls take long on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

/** Rows around a group of three in a group; the outermost has the most. */
function tree(): GroupNode {
  const rule = (n: number) => ({ field: 'city', operator: 'eq' as const, value: `Town ${n}` })
  const few = { combinator: 'or' as const, rules: Array.from({ length: inner }, (_, n) => rule(n)) }
  const many = Array.from({ length: rows - inner }, (_, n) => rule(n + inner))
  return treeOf({ combinator: 'and', rules: [{ combinator: 'and', rules: [few] }, ...many] })
}

/** near is what an observer says of all that it watches. */
let near: () => void = () => undefined

const store = new LiveStore()
const catalog = catalogOf([], { field: (key) => key, changed: (label) => label, company: (label) => label })
let change: (action: Action) => void = () => undefined

function Canvas({ root }: { root: GroupNode }) {
  const { t } = useTranslation()
  const [state, dispatch] = useReducer(reduce, root, begin)
  const [zone] = useState({ zone: 'UTC', weekStart: 'monday' as const })
  const board = useNewBoard(state.root, { t, dispatch, catalog, segments: none, segmentID: '', zone, store })
  change = dispatch
  return (
    <BoardContext value={board}>
      <GroupCard group={state.root} entity="contact" place="" depth={1} />
    </BoardContext>
  )
}
const none: never[] = []

beforeAll(async () => {
  await startTexts()
  await import('../texts')
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
})

beforeEach(() => {
  const watched = new Set<Element>()
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(said: (entries: { isIntersecting: boolean; target: Element }[]) => void) {
        near = () => said([...watched].map((target) => ({ isIntersecting: true, target })))
      }
      observe = (element: Element) => void watched.add(element)
      unobserve = (element: Element) => void watched.delete(element)
    },
  )
})
afterEach(cleanup)

function show(root: GroupNode) {
  drawn.length = 0
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <Canvas root={root} />
      </MantineProvider>
    </QueryClientProvider>,
  )
}

test('of many rows only those that come near are drawn; typing draws one row and the groups around it', async () => {
  const root = tree()
  const [outer] = root.rules
  const group = outer && isGroupNode(outer) ? outer.rules[0] : undefined
  const first = group && isGroupNode(group) ? group.rules[0] : undefined
  show(root)
  expect(drawn.sort()).toEqual([outer?.id, group?.id].sort())

  drawn.length = 0
  act(near)
  expect(drawn.length).toBe(rows)
  drawn.length = 0
  await userEvent.type(screen.getByLabelText('Value, rule 1 of 3, Any of'), '!')
  expect([...new Set(drawn)].sort()).toEqual([outer?.id, group?.id, first?.id].sort())
  expect(drawn.length).toBe(3)
  expect(screen.getByLabelText<HTMLInputElement>('Value, rule 1 of 3, Any of').value).toBe('Town 0!')
})

test('numbers draw no row again, and a row that comes gives the others their new names', () => {
  const root = tree()
  show(root)
  act(near)
  drawn.length = 0
  const alone = new Map<string, number>()
  walk(root, ({ id }) => void alone.set(id, 7))
  act(() => store.set({ ...store.live, alone }))
  expect(drawn).toEqual([])
  expect(screen.getAllByText(/^7 people pass this alone/)).toHaveLength(rows + 2)

  act(() => change({ do: 'add', kind: 'rule', into: root.id }))
  expect(screen.getByLabelText(`Value, rule 2 of ${rows - inner + 2}, All of`)).toBeTruthy()
})
