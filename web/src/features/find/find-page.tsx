import { Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Chips } from '@/components/list/chips'
import { ColumnsMenu } from '@/components/list/columns-menu'
import { FoundRows, ListFrame } from '@/components/list/list-frame'
import { rowID } from '@/components/list/record-grid'
import { ShareMenu } from '@/components/list/share-menu'
import { SortMenu } from '@/components/list/sort-menu'
import { useColumns } from '@/components/list/use-columns'
import { useOpen } from '@/components/list/use-open'
import { attributes } from '@/lib/attributes'
import { curlOf } from '@/lib/curl'
import { useFieldLabels } from '@/lib/field-label'
import { later } from '@/lib/fetched'
import { answerKeys, focusBox, gridID, updateFinder, useFinder } from '@/lib/finder'
import { viewOf, withWords, type View } from '@/lib/list-view'
import { neighbourhood } from '@/lib/neighbours'
import { useFacetWords } from '@/lib/shown'
import { number } from '@/lib/text'
import { useAddress } from '@/lib/use-address'
import { companyID, FoundCompanies, useCompanies } from './found-companies'
import { moved } from './moves'
import { Nobody } from './nobody'
import { PeopleFacets } from './people-facets'
import { PeopleGrid } from './people-grid'
import { Preview } from './preview'
import { orderOf, pageRows, people, questionOf } from './queries'
import { keyOf, nothing, selectionReducer } from './selection'
import { SelectionBar, SelectionPlace } from './selection-bar'
import { columnFields, columnsBy, sorts } from './view'

// Only the first visitors need it.
const FirstRun = later(async () => (await import('./first-run')).FirstRun)

/** FindPage finds people by words and facets, and answers each letter. */
export function FindPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { q: written, ...rest } = useSearch({ strict: false }) as View
  const box = useFinder()
  const { text } = box
  const view: View = text ? { ...rest, q: text } : rest
  const columns = useColumns(view.columns, columnsBy)
  const labelOf = useFieldLabels()
  const wordOf = useFacetWords()
  const defined = useQuery(attributes('contact')).data ?? []
  const found = useInfiniteQuery(people(view))
  const hits = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.hits), [found.data])
  const total = found.data?.pages[0]?.total
  const left = useLocation({ select: (location) => location.state.row })
  const [wanted, setWanted] = useState(left ?? 0)
  const row = Math.min(wanted, hits.length - 1)

  const companies = useCompanies(text)
  const links = !companies ? 0 : companies.companies.length + (companies.count > companies.companies.length ? 1 : 0)
  const [wantedCompany, setWantedCompany] = useState(-1) // -1 while a person is active
  const company = Math.min(wantedCompany, links - 1)

  // What is selected belongs to one question. Another question begins without any.
  const question = keyOf(view)
  const [kept, setKept] = useState({ question, selection: nothing })
  const selection = kept.question === question ? kept.selection : nothing
  const select: React.Dispatch<Parameters<typeof selectionReducer>[1]> = (action) =>
    setKept({ question, selection: selectionReducer(selection, action) })

  useAddress('/find', written ?? '', box, updateFinder, (words) =>
    void navigate({ to: '/find', replace: true, search: (before: Record<string, unknown>) => withWords(viewOf(before), words) }),
  )
  useEffect(focusBox, [])
  useEarly(hits[row]?.contact.id, text)
  const asked = useRef(question)
  useEffect(() => {
    if (asked.current !== question) {
      setWanted(0)
      setWantedCompany(-1)
    }
    asked.current = question
  }, [question])
  useEffect(() => {
    updateFinder({ active: company >= 0 ? companyID(company) : row < 0 ? '' : rowID(gridID, row) })
    return () => updateFinder({ active: '' })
  }, [row, company])

  const activate = (at: number) => {
    setWanted(at)
    setWantedCompany(-1)
  }
  const change = useCallback((next: View) => void navigate({ to: '/find', search: next }), [navigate])
  const open = (at: number, newTab: boolean) => {
    const id = hits[at]?.contact.id
    if (!id) return
    if (newTab) {
      window.open(`/contacts/${id}`, '_blank', 'noopener')
      return
    }
    // Back leads to the row that was left.
    const ids = hits.map((hit) => hit.contact.id)
    void navigate({ to: '/find', search: view, state: { row: at }, replace: true }).then(() =>
      navigate({ to: '/contacts/$id', params: { id }, state: { neighbours: neighbourhood(ids, at) } }),
    )
  }
  const openAsked = useOpen(question, found.isPending || found.isPlaceholderData, open)
  const openCompany = (newTab: boolean) => {
    const id = companies?.companies[company]?.id
    if (newTab) window.open(id ? `/companies/${id}` : `/companies?q=${encodeURIComponent(JSON.stringify(text))}`, '_blank', 'noopener')
    else if (id) void navigate({ to: '/companies/$id', params: { id } })
    else void navigate({ to: '/companies', search: { q: text } })
  }
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = found
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  useEffect(
    () =>
      answerKeys((event) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
        if (step !== 0) {
          event.preventDefault()
          const next = moved({ company, row }, step, { companies: links, rows: hits.length })
          setWanted(next.row)
          setWantedCompany(next.company)
        } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
          event.preventDefault()
          if (company >= 0) openCompany(event.ctrlKey || event.metaKey)
          else openAsked(row, event.ctrlKey || event.metaKey)
        } else if (event.key === 'Escape' && text) {
          event.preventDefault()
          updateFinder({ text: '', ahead: true })
        }
      }),
  )

  const orders = sorts
    .filter((sort) => sort !== '' || view.q)
    .map((sort) => ({ value: sort, label: t(`find.sorts.${nameOf(sort)}`) }))
  // Nobody is there at all: what is picked and the words leave nobody out.
  const empty = found.isSuccess && !found.isPlaceholderData && hits.length === 0 && text.trim() === '' && !view.picks
  const said = !total
    ? ''
    : total.relation === 'gte'
      ? t('find.atLeast', { number: number(total.value) })
      : t('find.total', { count: total.value, number: number(total.value) })
  return (
    <ListFrame
      bare={empty}
      title={t('find.title')}
      facets={<PeopleFacets view={view} change={change} />}
      total={said}
      totalLabel={t('find.matching')}
      chips={<Chips view={view} change={change} labelOf={labelOf} wordOf={wordOf} />}
      tools={
        <>
          <SortMenu view={view} change={change} order={orderOf(view) ?? ''} sorts={orders} />
          <ColumnsMenu
            fields={[...columnFields, ...defined.map((attribute) => `attributes.${attribute.key}`)]}
            columns={columns}
            change={(next) => change({ ...view, columns: next })}
            labelOf={labelOf}
          />
          <ShareMenu curl={() => curlOf(`${window.location.origin}/v1/contacts/search`, { ...questionOf(view), limit: pageRows })} />
        </>
      }
      selection={
        <>
          {text.trim() !== '' && <FoundCompanies words={text} found={companies} active={company} />}
          {hits.length > 0 ? <SelectionBar selection={selection} select={select} view={view} hits={hits} total={total} /> : <SelectionPlace />}
        </>
      }
      preview={{
        label: t('find.preview'),
        content: hits[row] ? <Preview contact={hits[row].contact} /> : <Text c="dimmed">{t('find.noPreview')}</Text>,
      }}
    >
      <FoundRows cause={found.error} retry={() => void found.refetch()} pending={found.isPending}>
        {empty ? (
          <Suspense fallback={null}>
            <FirstRun />
          </Suspense>
        ) : hits.length === 0 ? (
          <Nobody words={text} />
        ) : (
          <PeopleGrid
            hits={hits}
            columns={columns}
            total={total?.relation === 'eq' ? total.value : -1}
            active={company < 0 ? row : -1}
            activate={activate}
            open={open}
            old={found.isPlaceholderData}
            more={more}
            selection={selection}
            select={select}
          />
        )}
      </FoundRows>
    </ListFrame>
  )
}

/** How long a row is active before its person is fetched, in milliseconds. */
const restingDelay = 200

/** useEarly fetches the page and the person that Enter leads to, once nobody types any more. */
function useEarly(id: string | undefined, text: string): void {
  const router = useRouter()
  useEffect(() => {
    if (!id) return
    const timer = setTimeout(() => void router.preloadRoute({ to: '/contacts/$id', params: { id } }), restingDelay)
    return () => clearTimeout(timer)
  }, [id, text, router]) // a letter begins the wait again, also when the row stays the same
}

/** nameOf is the name of an order in the texts. */
function nameOf(sort: (typeof sorts)[number]) {
  return sort === '' ? 'best' : (sort.replace('-', '') as 'last_seen_at' | 'name' | 'created_at' | 'updated_at')
}
