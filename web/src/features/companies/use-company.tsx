import { Button, Group, Skeleton, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { Editable } from '@/components/fields/editable'
import styles from '@/components/fields/field.module.css'
import type { Problem } from '@/lib/api/problem'
import { companyShape } from '@/lib/edits/company'
import { companyQueue, companyQueues } from '@/lib/edits/company-queue'
import { useMay } from '@/lib/may'
import { about, company } from './queries'

/** holdersOf are the companies that have a value already. */
export function holdersOf(problem: Problem): string[] {
  if (problem.type !== 'company-taken') return []
  const { company_id, company_ids } = problem.body
  return company_ids ?? (company_id ? [company_id] : [])
}

/** useCompany is a company by its id, with the edits that are on their way. The queue has the newest state. */
export function useCompany(id: string) {
  const queries = useQueryClient()
  const queue = companyQueue(id)
  const read = useQuery(company(id))
  const view = useSyncExternalStore(queue.subscribe, queue.read)
  useEffect(() => {
    companyQueues.onSaved((saved, _, field) => {
      void queries.invalidateQueries({ queryKey: about(saved) })
      void queries.invalidateQueries({ queryKey: ['companies', 'search'] })
      void queries.invalidateQueries({ queryKey: ['companies', 'facets'] })
      if (field === 'name') void queries.invalidateQueries({ queryKey: ['contacts'] }) // who show it
    })
  }, [queries])
  // The answer to a change says nothing of where values come from: until the next reading, what was known stands.
  const provenance = view.record?.provenance ?? read.data?.record.provenance ?? {}
  const editable: Editable = {
    id,
    entity: 'company',
    queue,
    fields: view.fields,
    valueOf: (field) => view.record && companyShape.get(view.record, field),
    originOf: (field) => provenance[field],
    holders: (problem) => holdersOf(problem).map((holder) => <Taken key={holder} mine={id} holder={holder} />),
  }
  return { read, editable, record: view.record ?? read.data?.record }
}

/** Taken shows which company has a value already, and leads to it or to merging the two. */
function Taken({ mine, holder }: { mine: string; holder: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const { data } = useQuery(company(holder))
  return (
    <div className={styles.taken}>
      <Text size="xs" c="dimmed">
        {t('companies.taken')}
      </Text>
      {data ? (
        <Text size="sm" fw={600} dir="auto">
          {data.record.name}
        </Text>
      ) : (
        <Skeleton height={20} />
      )}
      <Group gap={4} mt={6}>
        <Button size="compact-xs" variant="default" renderRoot={(props) => <Link to="/companies/$id" params={{ id: holder }} {...props} />}>
          {t('profile.taken.open')}
        </Button>
        {may('mergeAndBlock') && (
          <Button
            size="compact-xs"
            variant="default"
            renderRoot={(props) => <Link to="/companies/$id/merge" params={{ id: mine }} search={{ with: holder }} {...props} />}
          >
            {t('profile.taken.merge')}
          </Button>
        )}
      </Group>
    </div>
  )
}
