import { expect, test } from 'vitest'
import { api, closed, useBrowser, visit } from './browser'

useBrowser()

test('who left between two snapshots: a merge leads to the one who stayed, and one who was deleted to nobody', async () => {
  const word = `Leaver${crypto.randomUUID().slice(0, 8)}`
  const make = async (first: string) => (await api<{ id: string }>('POST', '/v1/contacts', { name: `${first} ${word}` })).id
  const [stays, merged, deleted] = [await make('Grace'), await make('Faith'), await make('Agnes')]
  const filter = { combinator: 'and', rules: [{ field: 'name', operator: 'contains', value: word }] }
  const { id } = await api<{ id: string }>('POST', '/v1/segments', { name: word, filter })
  await api('POST', `/v1/segments/${id}/refresh`)
  await api('POST', `/v1/contacts/${stays}/merge`, { contact_id: merged })
  await api('DELETE', `/v1/contacts/${deleted}`)
  await api('POST', `/v1/segments/${id}/refresh`)

  const page = await visit(`/segments/${id}?tab=snapshots&from=1&to=2`)
  const left = page.getByRole('region', { name: 'From snapshot 1 to 2' }).getByRole('listitem')
  await left.filter({ hasText: 'merged into' }).waitFor()
  expect((await left.allInnerTexts()).sort()).toEqual([`Faith ${word} merged into Grace ${word}`, `${deleted} was deleted`].sort())
  const links = left.getByRole('link')
  expect(await links.count()).toBe(1)
  expect(await links.getAttribute('href')).toBe(`/contacts/${stays}`)
  expect(await closed(page)).toEqual([])
})
