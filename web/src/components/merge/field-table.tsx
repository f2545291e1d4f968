import { Radio, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Attribute } from '@/lib/attributes'
import { missing } from '@/lib/edits/same'
import { useShown } from '@/lib/shown'
import styles from './merge.module.css'
import { partnersOf, ruleOf, type Choices, type MergeKind, type Row } from './rows'

interface TableProps {
  rows: Row[]
  kind: Pick<MergeKind<never>, 'together'>
  entity: Attribute['entity']
  labelOf: (field: string) => string
  names: { stays: string; gone: string }
  choices: Choices
  choose: (field: string, gone: boolean) => void
  /** The results are those of the choices before. */
  old: boolean
}

/** FieldTable shows both records and the result, field by field. Equal fields are folded below. */
export function FieldTable(props: TableProps) {
  const { t } = useTranslation()
  const differing = props.rows.filter((row) => row.differs)
  const equal = props.rows.filter((row) => !row.differs)
  return (
    <div className={styles.table}>
      <Table verticalSpacing={6} horizontalSpacing="md" aria-label={t('merge.fields')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('merge.field')}</Table.Th>
            <Table.Th scope="col">
              {t('merge.stays')}
              <Text size="xs" c="dimmed" dir="auto" className={styles.cut}>
                {props.names.stays}
              </Text>
            </Table.Th>
            <Table.Th scope="col">
              {t('merge.gone')}
              <Text size="xs" c="dimmed" dir="auto" className={styles.cut}>
                {props.names.gone}
              </Text>
            </Table.Th>
            <Table.Th scope="col" className={styles.result}>
              {t('merge.result')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {differing.map((row) => (
            <FieldRow key={row.field} row={row} {...props} />
          ))}
        </Table.Tbody>
      </Table>
      {differing.length === 0 && <Text p="md">{t('merge.noDifference')}</Text>}
      {equal.length > 0 && (
        <details className={styles.equal}>
          <summary>{t('merge.equal', { count: equal.length })}</summary>
          <Table verticalSpacing={6} horizontalSpacing="md" aria-label={t('merge.equal', { count: equal.length })}>
            <Table.Tbody>
              {equal.map((row) => (
                <FieldRow key={row.field} row={row} {...props} />
              ))}
            </Table.Tbody>
          </Table>
        </details>
      )}
    </div>
  )
}

function FieldRow({ row, kind, entity, labelOf, choices, choose, old }: TableProps & { row: Row }) {
  const { t } = useTranslation()
  const show = useShown(entity)
  const { field } = row
  const name = labelOf(field)
  const partners = partnersOf(kind.together, field).map((one) => labelOf(one))
  const taken = choices[field] === true
  const rule = ruleOf(kind.together, row)
  const side = (value: unknown, gone: boolean) => {
    const text = show(field, value)
    if (!row.choosable) return text ? <span dir="auto">{text}</span> : <em className={styles.nothing}>{t('merge.nothing')}</em>
    return (
      <Radio
        size="xs"
        className={styles.choice}
        name={`choose ${field}`}
        checked={taken === gone}
        aria-label={t(gone ? 'merge.useGone' : 'merge.useStays', { value: text, field: name })}
        label={<span dir="auto">{text}</span>}
        onChange={() => choose(field, gone)}
      />
    )
  }
  return (
    <Table.Tr data-field={field}>
      <Table.Th scope="row" className={styles.field}>
        {name}
        {row.choosable && partners.length > 0 && (
          <Text size="xs" c="dimmed" fw={400}>
            {t('merge.together', { fields: partners.join(', ') })}
          </Text>
        )}
      </Table.Th>
      <Table.Td data-label={t('merge.stays')}>{side(row.stays, false)}</Table.Td>
      <Table.Td data-label={t('merge.gone')}>{side(row.gone, true)}</Table.Td>
      <Table.Td data-label={t('merge.result')} className={styles.result} data-old={old}>
        {missing(row.result) ? (
          <em className={styles.nothing}>{t('merge.nothing')}</em>
        ) : (
          <span dir="auto">{show(field, row.result)}</span>
        )}
        {rule && (
          <Text size="xs" c="dimmed">
            {t(`merge.${rule}`, { fields: partners.join(', ') })}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
