import { Skeleton, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { controlOf, type Control } from '@/components/fields/control'
import type { Editable } from '@/components/fields/editable'
import { FieldRow } from '@/components/fields/field-row'
import { Tags } from '@/components/fields/tags'
import { attributes } from '@/lib/attributes'
import type { Company } from '@/lib/edits/company'
import { missing } from '@/lib/edits/same'
import { useFieldLabels } from '@/lib/field-label'
import { useMay } from '@/lib/may'

/** The fields of a company that can be written, and how each is edited. */
const writable: { field: string; control: Control }[] = [
  { field: 'name', control: { kind: 'text' } },
  { field: 'domains', control: { kind: 'domains' } },
  { field: 'identifier', control: { kind: 'text' } },
  { field: 'country', control: { kind: 'country' } },
  { field: 'city', control: { kind: 'text' } },
  { field: 'labels', control: { kind: 'labels' } },
]

/** The fields that are shown below and that nobody edits. */
const fixed = ['last_seen_at', 'created_at', 'updated_at', 'id']

/** CompanyFields are what is known of a company, each edited in its place. */
export function CompanyFields({ editable, record }: { editable: Editable; record: Company }) {
  const { t } = useTranslation()
  const label = useFieldLabels('company')
  const may = useMay()('writeCompanies')
  return (
    <Stack gap="lg">
      <section aria-labelledby="details">
        <Title order={2} id="details">
          {t('companies.details')}
        </Title>
        {writable.map(({ field, control }) => (
          <FieldRow key={field} record={editable} field={field} label={label(field)} control={may ? control : undefined}>
            {(field === 'domains' || field === 'labels') && <Tags values={record[field]} />}
          </FieldRow>
        ))}
      </section>
      <Attributes editable={editable} may={may} />
      <section aria-label={t('companies.about')}>
        {fixed
          .filter((field) => !missing((record as unknown as Record<string, unknown>)[field]))
          .map((field) => (
            <FieldRow key={field} record={editable} field={field} label={label(field)} control={undefined} />
          ))}
      </section>
    </Stack>
  )
}

function Attributes({ editable, may }: { editable: Editable; may: boolean }) {
  const { t } = useTranslation()
  const defined = useQuery(attributes('company'))
  if (defined.isError) return <Failure cause={defined.error} retry={() => void defined.refetch()} />
  if (!defined.data) return <Skeleton height={120} />
  if (defined.data.length === 0) return null
  return (
    <section aria-labelledby="attributes">
      <Title order={2} id="attributes">
        {t('companies.attributes')}
      </Title>
      {defined.data.map((one) => (
        <FieldRow
          key={one.key}
          record={editable}
          field={`attributes.${one.key}`}
          label={one.type === 'currency' && one.currency ? `${one.label} (${one.currency})` : one.label}
          control={may ? controlOf(one, t('values.yes'), t('values.no')) : undefined}
        />
      ))}
    </section>
  )
}
