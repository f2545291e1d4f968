import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'
import type { Field } from './catalog'
import type { RuleNode } from './model'
import { controlOf, kept, operators, type Kind } from './operators'
import { Picker } from './picker'
import { useBoard } from './store'

// What each operator does is fetched when somebody looks.
const OperatorOptions = later(async () => (await import('./operator-options')).OperatorOptions)

/** The words for operators that are not those of texts and numbers. */
const own: Partial<Record<Kind, 'dates' | 'related' | 'buckets'>> = { date: 'dates', instant: 'dates', related: 'related', bucket: 'buckets' }

/** operatorWord is how an operator reads on a field. */
export function operatorWord(t: TFunction, kind: Kind | undefined, operator: string): string {
  const plain = t(`segments.operators.${operator}` as 'segments.operators.eq', { defaultValue: operator })
  const words = kind && own[kind]
  return words ? t(`segments.${words}.${operator}` as 'segments.dates.on', { defaultValue: plain }) : plain
}

/** OperatorPicker picks how a rule compares. A value stays if the control of the other operator can show it. */
export function OperatorPicker({ row, field, label }: { row: RuleNode; field: Field | undefined; label: string }) {
  const { t } = useTranslation()
  const { dispatch } = useBoard()
  const offered = field ? operators[field.kind] : []
  const names = offered.includes(row.operator) || row.operator === '' ? offered : [row.operator, ...offered]
  const take = (operator: string) => {
    const [from, to] = field ? [controlOf(field.kind, row.operator), controlOf(field.kind, operator)] : (['none', 'none'] as const)
    const value = field ? kept(row.value, from, to, operator) : row.value
    dispatch({ do: 'set', id: row.id, change: { operator, value }, now: Date.now(), focus: 'value' })
  }
  return (
    <Picker
      id={row.id}
      part="operator"
      label={label}
      words={row.operator && operatorWord(t, field?.kind, row.operator)}
      hint={t('segments.builder.chooseValue')}
      search={t('segments.builder.searchOperator')}
      width={340}
      take={take}
      options={(typed) => <OperatorOptions kind={field?.kind} names={names} typed={typed} chosen={row.operator} />}
    />
  )
}
