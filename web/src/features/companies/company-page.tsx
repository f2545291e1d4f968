import './texts'
import { ActionIcon, Alert, Button, Group, Skeleton, Stack, Tabs, Text, Title, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useLocation, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AbsorbedList } from '@/components/absorbed-list'
import { Failure } from '@/components/failure'
import { ConflictDialog } from '@/components/fields/conflict-dialog'
import type { Editable } from '@/components/fields/editable'
import { country } from '@/lib/countries'
import type { Company } from '@/lib/edits/company'
import { useFieldLabels } from '@/lib/field-label'
import { useMay } from '@/lib/may'
import { neighbour } from '@/lib/neighbours'
import { useEscape, useShortcuts } from '@/lib/shortcuts'
import { number } from '@/lib/text'
import { deeper, stepsBack } from '@/lib/way-back'
import { ChooseMerge } from './choose-merge'
import styles from './companies.module.css'
import { CompanyFields } from './company-fields'
import { CompanyHistory } from './company-history'
import { CompanyPeople } from './company-people'
import { companyView, type CompanyView } from './company-view'
import { DeleteCompany } from './delete-company'
import { useCompany } from './use-company'

/** CompanyPage is everything about one company. */
export function CompanyPage() {
  const { id } = useParams({ strict: false })
  return id ? <One key={id} id={id} /> : null
}

function One({ id }: { id: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { read, editable, record } = useCompany(id)
  const absorbed = useLocation({ select: (location) => location.state.absorbed })
  const now = record?.id

  // What was merged into another company is that one now.
  useEffect(() => {
    if (!now || now === id) return
    void navigate({ to: '/companies/$id', params: { id: now }, replace: true, state: (state) => ({ ...state, absorbed: id }) })
  }, [now, id, navigate])

  if (!record && !read.isError) {
    return (
      <div className={styles.page} aria-busy aria-label={t('companies.loading')}>
        <Skeleton height={56} mb="lg" />
        <div className={styles.columns}>
          <Skeleton height={520} />
          <Skeleton height={520} />
        </div>
      </div>
    )
  }
  return (
    <div className={styles.page}>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {absorbed !== undefined && (
        <Alert role="status" variant="outline" mb="md">
          {t('companies.absorbed')}
        </Alert>
      )}
      {record && <Loaded editable={editable} record={record} />}
    </div>
  )
}

function Loaded({ editable, record }: { editable: Editable; record: Company }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const label = useFieldLabels('company')
  const view = companyView(useSearch({ strict: false }))
  const [asking, setAsking] = useState<'merge' | 'delete'>()
  const change = (next: CompanyView) =>
    void navigate({ to: '/companies/$id', params: { id: record.id }, search: next, state: deeper })
  const count = record.contacts_count ?? 0
  return (
    <>
      <Header record={record} ask={setAsking} />
      <div className={styles.columns}>
        <div className={styles.panel}>
          <Stack gap="lg">
            <CompanyFields editable={editable} record={record} />
            <Absorbed record={record} />
          </Stack>
        </div>
        <Tabs
          className={styles.panel}
          keepMounted={false}
          value={view.tab ?? 'people'}
          onChange={(tab) => {
            const { tab: _, ...rest } = view
            change(tab === 'history' ? { ...rest, tab } : rest)
          }}
        >
          <Tabs.List>
            <Tabs.Tab value="people">
              {t('companies.people')} ({number(count)})
            </Tabs.Tab>
            <Tabs.Tab value="history">{t('companies.history')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="people" pt="md">
            <CompanyPeople id={record.id} name={record.name} view={view} change={change} />
          </Tabs.Panel>
          <Tabs.Panel value="history" pt="md">
            <CompanyHistory id={record.id} />
          </Tabs.Panel>
        </Tabs>
      </div>
      <ConflictDialog record={editable} label={label} />
      {asking === 'merge' && <ChooseMerge record={record} close={() => setAsking(undefined)} />}
      {asking === 'delete' && <DeleteCompany record={record} close={() => setAsking(undefined)} />}
    </>
  )
}

/** Absorbed lists the companies that were merged into this one. */
function Absorbed({ record }: { record: Company }) {
  const { t } = useTranslation()
  if (!record.absorbed?.length) return null
  return (
    <section aria-labelledby="absorbed">
      <Title order={2} id="absorbed">
        {t('profile.absorbedList.title')}
      </Title>
      <AbsorbedList kind="company" survivor={record.id} absorbed={record.absorbed} />
    </section>
  )
}

/** Header names the company, and has what can be done with all of it. */
function Header({ record, ask }: { record: Company; ask: (what: 'merge' | 'delete') => void }) {
  const { t } = useTranslation()
  const may = useMay()
  const router = useRouter()
  const navigate = useNavigate()
  const { previous, next, inList } = useNeighbours()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const mayMerge = may('mergeAndBlock')
  const steps = useLocation({ select: (location) => stepsBack(location.state) })
  useEscape(() => {
    if (steps > 0) router.history.go(-steps)
    else void navigate({ to: '/companies', search: {} })
  })
  useShortcuts(
    useMemo(
      () => ({
        ...(mayMerge && { m: () => ask('merge') }),
        ...(previous && { '[': previous }),
        ...(next && { ']': next }),
      }),
      [mayMerge, ask, previous, next],
    ),
  )
  const step = (text: string, key: string, go: (() => void) | undefined, Icon: typeof IconChevronLeft) => (
    <Tooltip label={`${text} (${key})`}>
      <ActionIcon variant="default" aria-label={text} disabled={!go} onClick={go}>
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
  return (
    <header className={styles.header}>
      <div className={styles.who}>
        <Title order={1} ref={heading} tabIndex={-1} dir="auto" className={styles.heading}>
          {record.name}
        </Title>
        <Text size="xs" c="dimmed" dir="auto">
          {[...record.domains.slice(0, 3), record.city, record.country && country(record.country)].filter(Boolean).join(' · ')}
        </Text>
      </div>
      <Group gap="sm">
        {mayMerge && (
          <Button size="xs" variant="default" onClick={() => ask('merge')}>
            {t('companies.merge')}
          </Button>
        )}
        {may('writeCompanies') && (
          <Button size="xs" variant="default" onClick={() => ask('delete')}>
            {t('companies.delete')}
          </Button>
        )}
        {inList && step(t('profile.previous'), '[', previous, IconChevronLeft)}
        {inList && step(t('profile.next'), ']', next, IconChevronRight)}
      </Group>
    </header>
  )
}

/** useNeighbours opens the company before and after in the list where somebody came from. */
function useNeighbours() {
  const navigate = useNavigate()
  const from = useLocation({ select: (location) => location.state.neighbours })
  return useMemo(() => {
    const go = (step: -1 | 1) => {
      const there = neighbour(from, step)
      return (
        there &&
        (() =>
          void navigate({
            to: '/companies/$id',
            params: { id: there.id },
            search: (search: Record<string, unknown>) => companyView(search),
            replace: true, // so that Back leads to the list
            state: (state) => ({ ...state, neighbours: there.neighbours, absorbed: undefined as never }),
          }))
      )
    }
    return { previous: go(-1), next: go(1), inList: from !== undefined }
  }, [from, navigate])
}
