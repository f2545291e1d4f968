import { ActionIcon, Checkbox, Group, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core'
import { IconBan } from '@tabler/icons-react'
import type { UseQueryResult } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { components } from '@/lib/api/schema'
import { picked, toggled, type Pick, type View } from '@/lib/list-view'
import { fold, number } from '@/lib/text'

type Facet = components['schemas']['Facet']

/** With more values than this, a box finds among them. */
const manyValues = 8

interface FacetsProps {
  fields: readonly string[]
  counted: UseQueryResult<Record<string, Facet>>
  view: View
  change: (view: View) => void
  labelOf: (field: string) => string
}

/** Facets are the values of some fields, how many records have each, and what is picked of them. */
export function Facets({ fields, counted, view, change, labelOf }: FacetsProps) {
  const { t } = useTranslation()
  return (
    <Stack gap="lg">
      <Title order={2}>{t('list.facets')}</Title>
      {counted.isError && <Failure cause={counted.error} retry={() => void counted.refetch()} />}
      {counted.isPending && <Skeleton height={320} />}
      {counted.data &&
        fields.map((field) => {
          const facet = counted.data[field]
          return (
            facet && (
              <FacetBox
                key={field}
                label={labelOf(field)}
                facet={facet}
                pick={view.picks?.[field] ?? {}}
                change={(next) => change(picked(view, field, next))}
              />
            )
          )
        })}
    </Stack>
  )
}

interface BoxProps {
  label: string
  facet: Facet
  pick: Pick
  change: (pick: Pick) => void
}

function FacetBox({ label, facet, pick, change }: BoxProps) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState('')
  const counts = new Map((facet.values ?? []).map(({ value, count }) => [String(value), count]))
  // What is picked stays in sight, also when nobody is left who has it.
  for (const value of [...(pick.is ?? []), ...(pick.not ?? [])]) if (!counts.has(value)) counts.set(value, 0)
  const chosen = (value: string) => (pick.is?.includes(value) || pick.not?.includes(value) ? 0 : 1)
  const values = [...counts]
    .filter(([value]) => fold(value).includes(fold(wanted)))
    .sort(([a], [b]) => chosen(a) - chosen(b)) // the sort is stable: by count within both
  if (counts.size === 0 && facet.missing === 0) return null
  return (
    <section aria-label={label}>
      <Stack gap={4}>
        <Text size="sm" fw={600}>
          {label}
        </Text>
        {counts.size > manyValues && (
          <TextInput
            size="xs"
            aria-label={t('list.filterValues', { field: label })}
            placeholder={t('list.filterValuesHint')}
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
        )}
        {values.slice(0, wanted ? 50 : manyValues).map(([value, count]) => (
          <Group key={value} gap={4} wrap="nowrap">
            <Checkbox
              size="xs"
              style={{ flex: 1, minWidth: 0 }}
              checked={pick.is?.includes(value) ?? false}
              onChange={() => change({ ...pick, is: toggled(pick.is, value), not: pick.not?.filter((v) => v !== value) ?? [] })}
              label={
                <span dir="auto" style={pick.not?.includes(value) ? { textDecoration: 'line-through' } : undefined}>
                  {value}
                </span>
              }
            />
            <Text size="xs" c="dimmed">
              {number(count)}
            </Text>
              <ActionIcon
                size="xs"
                variant={pick.not?.includes(value) ? 'filled' : 'subtle'}
                aria-label={t('list.notValue', { value })}
                title={t('list.not')}
                aria-pressed={pick.not?.includes(value) ?? false}
                onClick={() => change({ ...pick, not: toggled(pick.not, value), is: pick.is?.filter((v) => v !== value) ?? [] })}
              >
                <IconBan size={12} aria-hidden />
              </ActionIcon>
          </Group>
        ))}
        {(facet.missing > 0 || pick.none) && (
          <Group gap={4} wrap="nowrap">
            <Checkbox
              size="xs"
              style={{ flex: 1 }}
              checked={pick.none ?? false}
              onChange={() => change({ ...pick, none: !pick.none })}
              label={<em>{t('list.noValue')}</em>}
            />
            <Text size="xs" c="dimmed" pr={22}>
              {number(facet.missing)}
            </Text>
          </Group>
        )}
        {facet.other > 0 && (
          <Text size="xs" c="dimmed">
            {t('list.otherValues', { count: facet.other, number: number(facet.other) })}
          </Text>
        )}
      </Stack>
    </section>
  )
}
