import { Skeleton, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { controlOf, type Control } from '@/components/fields/control'
import styles from '@/components/fields/field.module.css'
import { FieldRow } from '@/components/fields/field-row'
import { Tags } from '@/components/fields/tags'
import { attributes, type Attribute } from '@/lib/attributes'
import type { Contact } from '@/lib/edits/contact'
import { missing } from '@/lib/edits/same'
import { useMay } from '@/lib/may'
import type { Channel } from '@/lib/shown'
import { identityFields, readOnlyFields, useLabels } from './fields'
import type { Person } from './use-record'

/** Details are who a contact is, and its attributes. */
export function Details({ person, record }: { person: Person; record: Contact }) {
  const { t } = useTranslation()
  const label = useLabels()
  const may = useMay()
  const writable = may('writeContacts')
  const types = (['visitor', 'lead', 'customer'] as const).map((value) => ({ value, label: t(`values.types.${value}`) }))
  return (
    <Stack gap="lg">
      <section aria-labelledby="details">
        <Title order={2} id="details">
          {t('profile.details')}
        </Title>
        {identityFields.map(({ field, kind }) => (
          <FieldRow
            key={field}
            record={person}
            field={field}
            label={label(field)}
            control={!writable ? undefined : kind === 'option' ? { kind, options: types, clearable: false } : ({ kind } as Control)}
          >
            {linesOf.has(field) && <Lines record={record} field={field} />}
          </FieldRow>
        ))}
      </section>
      <Attributes person={person} writable={writable} />
      <section aria-label={t('profile.about')}>
        {readOnlyFields
          .filter((field) => !missing((record as unknown as Record<string, unknown>)[field]))
          .map((field) => (
            <FieldRow key={field} record={person} field={field} label={label(field)} control={undefined} />
          ))}
      </section>
    </Stack>
  )
}

const linesOf = new Set(['emails', 'phones', 'identities', 'labels'])

/** Lines shows lists one value a line, with what distinguishes them. */
function Lines({ record, field }: { record: Contact; field: string }) {
  const { t } = useTranslation()
  if (field === 'emails' || field === 'phones') {
    const list = record[field] ?? []
    return (
      <span className={styles.lines}>
        {list.map((one) => (
          <span key={one.value}>
            <bdi>{one.value}</bdi>{' '}
            <span className={styles.mark}>
              {[...(one.primary && list.length > 1 ? [t('edit.primary')] : []), ...(one.shared ? [t('edit.shared')] : [])].join(', ')}
            </span>
          </span>
        ))}
      </span>
    )
  }
  if (field === 'identities') {
    return (
      <span className={styles.lines}>
        {record.identities?.map((one) => (
          <span key={`${one.channel} ${one.source_id}`}>
            <span className={styles.mark}>{t(`channels.${one.channel as Channel}`)}</span> <bdi>{one.source_id}</bdi>
          </span>
        ))}
      </span>
    )
  }
  if (field === 'labels') {
    return <Tags values={record.labels} />
  }
  return null
}

function Attributes({ person, writable }: { person: Person; writable: boolean }) {
  const { t } = useTranslation()
  const defined = useQuery(attributes('contact'))
  if (defined.isError) return <Failure cause={defined.error} retry={() => void defined.refetch()} />
  if (!defined.data) return <Skeleton height={240} />
  const groups = new Map<string, Attribute[]>()
  for (const one of defined.data) groups.set(one.group ?? '', [...(groups.get(one.group ?? '') ?? []), one])
  return [...groups].map(([group, list]) => (
    <section key={group} aria-label={group || t('profile.attributes')}>
      <Title order={2} dir="auto">
        {group || t('profile.attributes')}
      </Title>
      {list.map((one) => (
        <FieldRow
          key={one.key}
          record={person}
          field={`attributes.${one.key}`}
          label={one.type === 'currency' && one.currency ? `${one.label} (${one.currency})` : one.label}
          control={writable ? controlOf(one, t('values.yes'), t('values.no')) : undefined}
        />
      ))}
    </section>
  ))
}
