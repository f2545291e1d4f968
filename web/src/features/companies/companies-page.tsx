import './texts'
import { CloseButton, TextInput } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Chips } from '@/components/list/chips'
import { ColumnsMenu } from '@/components/list/columns-menu'
import { Facets } from '@/components/list/facets'
import { FoundRows, ListFrame } from '@/components/list/list-frame'
import { rowID } from '@/components/list/record-grid'
import { ShareMenu } from '@/components/list/share-menu'
import { SortMenu } from '@/components/list/sort-menu'
import { ToolButton } from '@/components/list/tool-button'
import { useColumns } from '@/components/list/use-columns'
import { useOpen } from '@/components/list/use-open'
import { attributes } from '@/lib/attributes'
import { curlOf } from '@/lib/curl'
import { useFieldLabels } from '@/lib/field-label'
import { viewOf, withWords, type View } from '@/lib/list-view'
import { useMay } from '@/lib/may'
import { neighbourhood } from '@/lib/neighbours'
import { number } from '@/lib/text'
import { useFacetWords } from '@/lib/shown'
import { useAddress } from '@/lib/use-address'
import styles from './companies.module.css'
import { CompanyGrid, gridID } from './company-grid'
import { NewCompany } from './new-company'
import { NoCompany } from './no-company'
import { facets, found, pageRows } from './queries'
import { columnFields, columnsBy, facetFields, orderOf, questionOf, sorts } from './view'

/** CompaniesPage finds companies by words and by facets. */
export function CompaniesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const may = useMay()
  const labelOf = useFieldLabels('company')
  const wordOf = useFacetWords('company')
  const { q: written = '', ...rest } = useSearch({ strict: false }) as View
  const [box, setBox] = useState({ text: written, ahead: false })
  const { text } = box
  const type = (words: string) => setBox({ text: words, ahead: true })
  const [making, setMaking] = useState<string>()
  const view: View = text ? { ...rest, q: text } : rest
  const columns = useColumns(view.columns, columnsBy)
  const read = useInfiniteQuery(found(view))
  const rows = useMemo(() => (read.data?.pages ?? []).flatMap((page) => page.companies), [read.data])
  const total = read.data?.pages[0]?.total
  const defined = useQuery(attributes('company')).data ?? []
  const counting = [...facetFields, ...defined.filter((one) => one.type === 'list' && !one.multiple).map((one) => `attributes.${one.key}`)]
  const counted = useQuery(facets(view, counting))
  const [row, setRow] = useActive(JSON.stringify([text, rest.picks]), rows.length)

  useAddress('/companies', written, box, setBox, (words) =>
    void navigate({ to: '/companies', replace: true, search: (before: Record<string, unknown>) => withWords(viewOf(before), words) }),
  )
  const change = (next: View) => void navigate({ to: '/companies', search: next })
  const open = (at: number, newTab: boolean) => {
    const id = rows[at]?.id
    if (!id) return
    if (newTab) {
      window.open(`/companies/${id}`, '_blank', 'noopener')
      return
    }
    // Back leads to the row that was left.
    const ids = rows.map((company) => company.id)
    void navigate({ to: '/companies', search: (before) => before, state: { row: at }, replace: true }).then(() =>
      navigate({ to: '/companies/$id', params: { id }, state: { neighbours: neighbourhood(ids, at) } }),
    )
  }
  const openAsked = useOpen(JSON.stringify(view), read.isPending || read.isPlaceholderData, open)
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = read
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  const answer = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) setRow(Math.max(0, Math.min(rows.length - 1, row + step)))
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) openAsked(row, event.ctrlKey || event.metaKey)
    else if (event.key === 'Escape' && text) type('')
    else return
    event.preventDefault()
  }
  const orders = sorts
    .filter((sort) => sort !== '' || view.q?.trim())
    .map((sort) => ({ value: sort, label: t(`companies.sorts.${(sort.replace('-', '') || 'best') as 'name'}`) }))
  const said = !total
    ? ''
    : total.relation === 'gte'
      ? t('companies.atLeast', { number: number(total.value) })
      : t('companies.total', { count: total.value, number: number(total.value) })
  return (
    <ListFrame
      title={t('companies.title')}
      start={<Box text={text} change={type} answer={answer} active={row} />}
      facets={<Facets fields={counting} counted={counted} view={view} change={change} labelOf={labelOf} wordOf={wordOf} />}
      total={said}
      totalLabel={t('companies.matching')}
      chips={<Chips view={view} change={change} labelOf={labelOf} wordOf={wordOf} />}
      tools={
        <>
          <SortMenu
            view={view}
            change={change}
            order={orderOf(view) ?? ''}
            sorts={orders}
          />
          <ColumnsMenu
            fields={[...columnFields, ...defined.map((one) => `attributes.${one.key}`)]}
            columns={columns}
            change={(next) => change({ ...view, columns: next })}
            labelOf={labelOf}
          />
          <ShareMenu curl={() => curlOf(`${window.location.origin}/v1/companies/search`, { ...questionOf(view), limit: pageRows })} />
          {may('writeCompanies') && (
            <ToolButton icon={IconPlus} label={t('companies.new')} variant="filled" onClick={() => setMaking(text.trim())} />
          )}
        </>
      }
    >
      <FoundRows cause={read.error} retry={() => void read.refetch()} pending={read.isPending}>
        {rows.length === 0 ? (
          <NoCompany words={text} picked={view.picks !== undefined} create={() => setMaking(text.trim())} />
        ) : (
          <CompanyGrid
            rows={rows}
            columns={columns}
            total={total?.relation === 'eq' ? total.value : -1}
            active={row}
            activate={setRow}
            open={open}
            old={read.isPlaceholderData}
            more={more}
          />
        )}
      </FoundRows>
      {making !== undefined && <NewCompany name={making} close={() => setMaking(undefined)} />}
    </ListFrame>
  )
}

/** useActive is the active row: at first the one that was left, and the first of each other question. */
function useActive(question: string, rows: number): [number, (row: number) => void] {
  const left = useLocation({ select: (location) => location.state.row })
  const [wanted, setWanted] = useState(left ?? 0)
  const asked = useRef(question)
  useEffect(() => {
    if (asked.current !== question) setWanted(0)
    asked.current = question
  }, [question])
  return [Math.min(wanted, rows - 1), setWanted]
}

interface BoxProps {
  text: string
  change: (text: string) => void
  answer: (event: KeyboardEvent<HTMLInputElement>) => void
  active: number
}

/** Box is where a company is looked for. It has the focus on arrival. */
function Box({ text, change, answer, active }: BoxProps) {
  const { t } = useTranslation()
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => box.current?.focus({ preventScroll: true }), [])
  return (
    <TextInput
      ref={box}
      size="xs"
      type="search"
      role="combobox"
      className={styles.box}
      aria-label={t('companies.search')}
      aria-expanded
      aria-controls={gridID}
      aria-autocomplete="list"
      aria-haspopup="grid"
      {...(active >= 0 && { 'aria-activedescendant': rowID(gridID, active) })}
      placeholder={t('companies.search')}
      autoComplete="off"
      spellCheck={false}
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        text ? (
          <CloseButton
            size="xs"
            aria-label={t('search.clear')}
            onClick={() => {
              change('')
              box.current?.focus()
            }}
          />
        ) : null
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={answer}
    />
  )
}
