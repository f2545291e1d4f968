import { Badge, Button, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { attributes } from '@/lib/attributes'
import { useFieldLabels } from '@/lib/field-label'
import { useShown } from '@/lib/shown'
import { ago } from '@/lib/text'
import styles from './find.module.css'
import { valueOf, type Hit } from './queries'

const fields = ['email', 'phone', 'identifier', 'company', 'country', 'city', 'last_seen_at', 'created_at', 'conversations_count']

/** Preview shows the person of the active row, without leaving the list. */
export const Preview = memo(function Preview({ contact }: { contact: Hit['contact'] }) {
  const { t } = useTranslation()
  const labelOf = useFieldLabels()
  const show = useShown()
  const defined = useQuery(attributes('contact')).data ?? []
  const all = [...fields, ...defined.map((attribute) => `attributes.${attribute.key}`)]
  const rows = all.flatMap((field) => {
    const value = valueOf(contact, field)
    if (value === undefined || value === null || value === false || value === '') return []
    return [{ field, text: field.endsWith('_at') ? ago(String(value)) : show(field, value) }]
  })
  return (
    <Stack gap="md">
      <Title order={2} dir="auto">
        {contact.name || t('find.unnamed')}
      </Title>
      <div className={styles.tags}>
        <Badge variant="default" tt="none">
          {show('type', contact.type)}
        </Badge>
        {contact.blocked && <Badge color="red">{t('fields.blocked')}</Badge>}
        {(contact.labels ?? []).map((label) => (
          <Badge key={label} variant="default" tt="none">
            {label}
          </Badge>
        ))}
      </div>
      <dl className={styles.facts}>
        {rows.map(({ field, text }) => (
          <div key={field}>
            <dt>{labelOf(field)}</dt>
            <dd dir="auto">{text}</dd>
          </div>
        ))}
      </dl>
      <Button component={Link} to={`/contacts/${contact.id}`} variant="default">
        {t('find.open')}
      </Button>
      <Text size="xs" c="dimmed">
        {contact.id}
      </Text>
    </Stack>
  )
})
