// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { offline, Problem } from '@/lib/api/problem'
import { withSecret } from './secret'

/** server makes keys as the real one does: what is asked again has no secret, and what was revoked is gone. */
function server(lost: number) {
  const keys = new Map<string, { id: string; revoked: boolean }>()
  return {
    keys,
    making: {
      make: async (key: string): Promise<{ id: string; secret?: string }> => {
        const before = keys.get(key)
        if (before?.revoked) throw new Problem(410, {})
        if (before) return { id: before.id }
        keys.set(key, { id: key, revoked: false })
        if (lost-- > 0) throw offline()
        return { id: key, secret: `secret of ${key}` }
      },
      has: (made: { secret?: string }) => made.secret !== undefined,
      drop: async ({ id }: { id: string }) => {
        keys.get(id)!.revoked = true
      },
    },
  }
}

test('a first answer that arrives makes one', async () => {
  const { keys, making } = server(0)
  expect(await withSecret('k', making)).toEqual({ id: 'k-1', secret: 'secret of k-1' })
  expect(keys.size).toBe(1)
})

test('what lost its secret on the way is taken back, and one is left whose secret is known', async () => {
  const { keys, making } = server(2)
  await expect(withSecret('k', making)).rejects.toMatchObject({ status: 0 })
  await expect(withSecret('k', making)).rejects.toMatchObject({ status: 0 })
  expect(await withSecret('k', making)).toEqual({ id: 'k-3', secret: 'secret of k-3' })
  expect([...keys.values()].filter(({ revoked }) => !revoked).map(({ id }) => id)).toEqual(['k-3'])
})

test('other faults are told', async () => {
  const making = { make: () => Promise.reject(new Problem(422, {})), has: () => true }
  await expect(withSecret('k', making)).rejects.toMatchObject({ status: 422 })
})
