import '../texts'
import { Alert, Skeleton, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useRouteContext, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { allows } from '@/lib/scopes'
import { settings } from '@/lib/settings'
import { definitions, segment as segmentQuery, segments as allSegments, type Segment } from '../queries'
import type { BuilderView, Panel } from '../views'
import { Builder } from './builder'
import { catalogOf } from './catalog'
import { isFilter } from './draft'

/** NewSegmentPage builds a segment from nothing, or from the filter of the address. */
export function NewSegmentPage() {
  return <BuilderPage id="" />
}

/** EditSegmentPage changes a segment. */
export function EditSegmentPage() {
  const { id } = useParams({ strict: false })
  return <BuilderPage key={id} id={id ?? ''} />
}

function BuilderPage({ id }: { id: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { session } = useRouteContext({ from: '/signed-in' })
  const search = useSearch({ strict: false }) as BuilderView
  const one = useQuery({ ...segmentQuery(id), enabled: id !== '', staleTime: Infinity, refetchOnMount: 'always', refetchOnWindowFocus: false })
  const defined = useQuery(definitions)
  const workspace = useQuery(settings)
  const all = useQuery(allSegments('include'))
  const catalog = useCatalog(defined.data)
  // What was there when the editing began. A newer version is looked at when it is saved.
  const [began, setBegan] = useState<{ segment: Segment | undefined; n: number }>()
  if (!began && (id === '' || (one.data && one.isFetchedAfterMount))) setBegan({ segment: one.data, n: 0 })

  const panel = search.panel ?? 'people'
  const show = useCallback(
    (next: Panel) => {
      const view: BuilderView = { ...(search.filter && { filter: search.filter }), panel: next }
      if (id) void navigate({ to: '/segments/$id/edit', params: { id }, replace: true, search: view })
      else void navigate({ to: '/segments/new', replace: true, search: view })
    },
    [navigate, id, search.filter],
  )
  const done = useCallback(
    (saved: Segment) => {
      queries.setQueryData(segmentQuery(saved.id).queryKey, saved)
      void navigate({ to: '/segments/$id', params: { id: saved.id } })
    },
    [queries, navigate],
  )
  const renew = (theirs: Segment) => {
    queries.setQueryData(segmentQuery(theirs.id).queryKey, theirs)
    setBegan((before) => ({ segment: theirs, n: (before?.n ?? 0) + 1 }))
  }
  const failed = [one, defined, workspace, all].find((query) => query.isError && query.data === undefined)
  if (failed) {
    return (
      <Stack p="lg" maw={640}>
        <Failure cause={failed.error} retry={() => void failed.refetch()} />
      </Stack>
    )
  }
  if (!began || !catalog || !workspace.data || !all.data) return <Skeleton height={360} m="lg" w="auto" />
  if (!allows(session.who.scope, 'writeSegments')) {
    return (
      <Stack p="lg" maw={640}>
        <Alert variant="outline">{t('segments.mayNot', { scope: session.who.scope })}</Alert>
      </Stack>
    )
  }
  const zone = { zone: workspace.data.time_zone, weekStart: workspace.data.week_start }
  return (
    <Builder
      key={began.n}
      segment={began.segment}
      start={isFilter(search.filter) ? search.filter : undefined}
      catalog={catalog}
      segments={all.data}
      zone={zone}
      panel={panel}
      show={show}
      done={done}
      renew={renew}
    />
  )
}

/** useCatalog is the fields of the workspace in the language of the page. */
function useCatalog(defined: Parameters<typeof catalogOf>[0] | undefined) {
  const { t } = useTranslation()
  return useMemo(
    () =>
      defined &&
      catalogOf(defined, {
        field: (key) => {
          const [, channel] = /^consent\.(.+)$/.exec(key) ?? []
          if (channel) return t('segments.consentOf', { channel: t(`segments.words.${channel}` as 'segments.words.email') })
          return t(`segments.fields.${key.replaceAll('.', '_')}` as 'segments.fields.name')
        },
        changed: (label) => t('segments.changed', { field: label }),
        company: (label) => t('segments.ofCompany', { field: label }),
      }),
    [defined, t],
  )
}
