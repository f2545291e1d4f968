import '../texts'
import { ActionIcon, Badge, Button, Menu, Skeleton, Tabs } from '@mantine/core'
import { IconCamera, IconDots, IconPencil } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useRouteContext, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { allows } from '@/lib/scopes'
import { settings } from '@/lib/settings'
import { ago, number } from '@/lib/text'
import { segment as one, size, type Segment, type Snapshot } from '../queries'
import { tabs, type PageView, type Tab } from '../views'
import { DeleteDialog } from './delete-dialog'
import { Details } from './details'
import { Events } from './events'
import { History } from './history'
import { Members } from './members'
import { Picks } from './picks'
import { Pull } from './pull'
import { ScheduleTab } from './schedule'
import styles from './segment.module.css'
import { Snapshots } from './snapshots'
import { useChange } from './use-change'

/** SegmentPage is all about one segment. */
export function SegmentPage() {
  const { id } = useParams({ from: '/signed-in/segments/$id' })
  const found = useQuery(one(id))
  if (found.isError && !found.data) {
    return (
      <div className={styles.page}>
        <Failure cause={found.error} retry={() => void found.refetch()} />
      </div>
    )
  }
  if (!found.data) return <Skeleton height={360} m="lg" w="auto" />
  return <Shown key={id} segment={found.data} />
}

function Shown({ segment }: { segment: Segment }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const view: PageView = useSearch({ from: '/signed-in/segments/$id' })
  const { session } = useRouteContext({ from: '/signed-in' })
  const workspace = useQuery(settings)
  const counted = useQuery(size(segment.id))
  const scope = session.who.scope
  const mayWrite = allows(scope, 'writeSegments')
  const tab = view.tab ?? 'members'
  const strip = useRef<HTMLDivElement>(null)
  // On a narrow screen the tabs are a strip that scrolls.
  useEffect(() => {
    strip.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [tab])
  const show = (next: Tab) => void navigate({ to: '/segments/$id', params: { id: segment.id }, search: { ...view, tab: next } })
  const zone = workspace.data?.time_zone ?? 'UTC'
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <div className={styles.titleLine}>
          <h1 className={styles.title} dir="auto">
            {segment.name}
          </h1>
          {segment.archived && <Badge color="gray">{t('segments.all.isArchived')}</Badge>}
          {segment.kind === 'static' && <Badge variant="default">{t('segments.all.picked')}</Badge>}
          {(segment.labels ?? []).map((label) => (
            <Badge key={label} variant="default" tt="none">
              <span dir="auto">{label}</span>
            </Badge>
          ))}
        </div>
        <Actions segment={segment} mayWrite={mayWrite} mayRefresh={allows(scope, 'refreshSegments')} />
      </header>
      <div className={styles.countLine}>
        {counted.isError ? null : counted.data === undefined ? (
          <Skeleton width={120} className={styles.bigCount} aria-hidden>
            …
          </Skeleton>
        ) : (
          <span className={styles.bigCount} data-testid="live-count">
            {number(counted.data)}
          </span>
        )}
        {counted.data !== undefined && <span className={styles.muted}>{t('segments.page.now', { count: counted.data })}</span>}
        {segment.snapshot && (
          <span className={styles.muted}>
            {t('segments.page.snapshot', { number: number(segment.snapshot.count), ago: ago(segment.snapshot.evaluated_at) })}
          </span>
        )}
      </div>
      {counted.isError && <Failure cause={counted.error} retry={() => void counted.refetch()} />}
      {segment.reading && (
        <p className={styles.reading} dir="auto">
          {segment.reading}
        </p>
      )}
      {segment.description && (
        <p className={styles.muted} dir="auto">
          {segment.description}
        </p>
      )}
      {(segment.owner ?? segment.pinned_count + segment.excluded_count > 0) && (
        <p className={styles.muted}>
          {segment.owner && <span dir="auto">{t('segments.page.owner', { owner: segment.owner })} </span>}
          {segment.kind === 'dynamic' && segment.pinned_count + segment.excluded_count > 0 &&
            t('segments.page.picks', { pinned: number(segment.pinned_count), excluded: number(segment.excluded_count) })}
        </p>
      )}
      <Tabs value={tab} onChange={(next) => next && show(next as Tab)} keepMounted={false} className={styles.tabs}>
        <Tabs.List ref={strip}>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`segments.page.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="members" pt="md">
          <Members segment={segment} zone={zone} />
        </Tabs.Panel>
        <Tabs.Panel value="picks" pt="md">
          <Picks segment={segment} mayWrite={mayWrite} />
        </Tabs.Panel>
        <Tabs.Panel value="snapshots" pt="md">
          <Snapshots segment={segment} zone={zone} view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="schedule" pt="md">
          <ScheduleTab segment={segment} zone={zone} mayWrite={mayWrite} />
        </Tabs.Panel>
        <Tabs.Panel value="pull" pt="md">
          <Pull segment={segment} zone={zone} mayMake={allows(scope, 'writeAudiences')} />
        </Tabs.Panel>
        <Tabs.Panel value="events" pt="md">
          <Events segment={segment} zone={zone} mayWrite={mayWrite} />
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="md">
          <History segment={segment} zone={zone} mayWrite={mayWrite} />
        </Tabs.Panel>
        <Tabs.Panel value="details" pt="md">
          <Details segment={segment} mayWrite={mayWrite} />
        </Tabs.Panel>
      </Tabs>
    </div>
  )
}

function Actions({ segment, mayWrite, mayRefresh }: { segment: Segment; mayWrite: boolean; mayRefresh: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [deleting, setDeleting] = useState(false)
  const change = useChange(segment)
  const [taken, setTaken] = useState<Snapshot>()
  const refresh = useWrite(
    (id: string, key) => data(api.POST('/v1/segments/{id}/refresh', { params: { path: { id }, header: { 'Idempotency-Key': key } } })),
    (snapshot) => {
      setTaken(snapshot)
      void queries.invalidateQueries({ queryKey: ['segments'] })
    },
  )
  const duplicate = useWrite(
    (id: string, key) => data(api.POST('/v1/segments/{id}/duplicate', { params: { path: { id }, header: { 'Idempotency-Key': key } }, body: {} })),
    (copy) => {
      void queries.invalidateQueries({ queryKey: ['segments', 'list'] })
      void navigate({ to: '/segments/$id', params: { id: copy.id } })
    },
  )
  const problem = refresh.problem ?? duplicate.problem ?? change.problem
  return (
    <div className={styles.actions}>
      {mayWrite && (
        <Button variant="default" leftSection={<IconPencil size={16} aria-hidden />} renderRoot={(props) => <Link to="/segments/$id/edit" params={{ id: segment.id }} {...props} />}>
          {t('segments.page.edit')}
        </Button>
      )}
      {mayRefresh && (
        <Button leftSection={<IconCamera size={16} aria-hidden />} loading={refresh.pending} onClick={() => void refresh.send(segment.id)}>
          {t('segments.page.take')}
        </Button>
      )}
      {mayWrite && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label={t('segments.page.more')}>
              <IconDots size={16} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void duplicate.send(segment.id)}>{t('segments.builder.duplicate')}</Menu.Item>
            <Menu.Item onClick={() => void change.send({ archived: !segment.archived })}>
              {t(segment.archived ? 'segments.page.unarchive' : 'segments.page.archive')}
            </Menu.Item>
            <Menu.Item c="var(--k-danger)" onClick={() => setDeleting(true)}>
              {t('segments.page.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <span role="status" className={styles.said}>
        {taken &&
          (taken.unchanged
            ? t('segments.page.unchanged', { n: taken.n })
            : t('segments.page.taken', { n: taken.n, entered: number(taken.entered), left: number(taken.left) }))}
      </span>
      {problem && (
        <div className={styles.failed}>
          <Failure cause={problem} />
        </div>
      )}
      {deleting && <DeleteDialog segment={segment} close={() => setDeleting(false)} />}
    </div>
  )
}
