import { Skeleton, Stack, TextInput, Title } from '@mantine/core'
import { IconBan } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { memo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { components } from '@/lib/api/schema'
import { picked, toggled, type Pick, type View } from '@/lib/list-view'
import { fold, number } from '@/lib/text'
import styles from './facets.module.css'

type Facet = components['schemas']['Facet']

/** With more values than this, a box finds among them. */
const manyValues = 8

const noPick: Pick = {}

interface FacetsProps {
  fields: readonly string[]
  counted: UseQueryResult<Record<string, Facet>>
  view: View
  change: (view: View) => void
  labelOf: (field: string) => string
  /** How a value of a field is shown: the same function at each letter, like the one that picks. */
  wordOf: (field: string, value: string) => string
}

/** Facets are the values of some fields, how many records have each, and what is picked of them. */
export function Facets({ fields, counted, view, change, labelOf, wordOf }: FacetsProps) {
  const { t } = useTranslation()
  const latest = useRef({ view, change })
  latest.current = { view, change }
  // The same function at each letter, so that only facets whose counts have changed are drawn again.
  const pickOne = useRef((field: string, next: Pick) => latest.current.change(picked(latest.current.view, field, next)))
  return (
    <Stack gap="lg">
      <Title order={2}>{t('list.filters')}</Title>
      {counted.isError && <Failure cause={counted.error} retry={() => void counted.refetch()} />}
      {counted.isPending && <Skeleton height={320} />}
      {counted.data &&
        fields.map((field) => {
          const facet = counted.data[field]
          return (
            facet && (
              <FacetBox
                key={field}
                field={field}
                label={labelOf(field)}
                wordOf={wordOf}
                facet={facet}
                pick={view.picks?.[field] ?? noPick}
                change={pickOne.current}
              />
            )
          )
        })}
    </Stack>
  )
}

interface BoxProps {
  field: string
  label: string
  wordOf: (field: string, value: string) => string
  facet: Facet
  pick: Pick
  change: (field: string, pick: Pick) => void
}

const FacetBox = memo(function FacetBox({ field, label, wordOf, facet, pick, change }: BoxProps) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState('')
  const counts = new Map((facet.values ?? []).map(({ value, count }) => [String(value), count]))
  // What is picked stays in sight, also when nobody is left who has it.
  for (const value of [...(pick.is ?? []), ...(pick.not ?? [])]) if (!counts.has(value)) counts.set(value, 0)
  const chosen = (value: string) => (pick.is?.includes(value) || pick.not?.includes(value) ? 0 : 1)
  const values = [...counts]
    .filter(([value]) => wanted === '' || fold(`${wordOf(field, value)} ${value}`).includes(fold(wanted)))
    .sort(([a], [b]) => chosen(a) - chosen(b)) // the sort is stable: by count within both
  if (counts.size === 0 && facet.missing === 0) return null
  return (
    <section aria-label={label} className={styles.facet}>
      <h3 className={styles.label}>{label}</h3>
      {counts.size > manyValues && (
        <TextInput
          size="xs"
          aria-label={t('list.filterValues', { field: label })}
          placeholder={t('list.filterValuesHint')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      )}
      {values.slice(0, wanted ? 50 : manyValues).map(([value, count]) => {
        const barred = pick.not?.includes(value) ?? false
        return (
          <div key={value} className={styles.value}>
            <label>
              <input
                type="checkbox"
                checked={pick.is?.includes(value) ?? false}
                onChange={() => change(field, { ...pick, is: toggled(pick.is, value), not: pick.not?.filter((v) => v !== value) ?? [] })}
              />
              <span dir="auto" className={styles.name} data-barred={barred}>
                {wordOf(field, value)}
              </span>
            </label>
            <span className={styles.count}>{number(count)}</span>
            <button
              type="button"
              className={styles.not}
              aria-label={t('list.notValue', { value: wordOf(field, value) })}
              title={t('list.not')}
              aria-pressed={barred}
              onClick={() => change(field, { ...pick, not: toggled(pick.not, value), is: pick.is?.filter((v) => v !== value) ?? [] })}
            >
              <IconBan size={12} aria-hidden />
            </button>
          </div>
        )
      })}
      {(facet.missing > 0 || pick.none) && (
        <div className={styles.value}>
          <label>
            <input type="checkbox" checked={pick.none ?? false} onChange={() => change(field, { ...pick, none: !pick.none })} />
            <em className={styles.name}>{t('list.noValue')}</em>
          </label>
          <span className={`${styles.count} ${styles.last}`}>{number(facet.missing)}</span>
        </div>
      )}
      {facet.other > 0 && <span className={styles.count}>{t('list.otherValues', { count: facet.other, number: number(facet.other) })}</span>}
    </section>
  )
})
