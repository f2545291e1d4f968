import { useTranslation } from 'react-i18next'
import { PickBox, TextBox } from './boxes'
import type { Field } from './catalog'
import { calendarUnits, periodOf, periodUnits, typedPeriod, unitsOf, writePeriod } from './period'
import { useTyped } from './typed'
import { wordOf } from './words'

/** What each control of a value gets. `label` names it: "Value, rule 2 of 4, Any of". */
export interface ValueProps {
  id: string
  field: Field
  operator: string
  value: unknown
  label: string
  change: (value: unknown, typing?: boolean) => void
}

/** numberOf is the number of a text if they are written alike, else the text: "12" is 12, "1." stays as it is. */
export function numberOf(text: string): unknown {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  return String(Number(trimmed)) === trimmed ? Number(trimmed) : text
}

/** shownNumber is a number as it stands in a box. Money may come with its currency. */
function shownNumber(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'amount' in value) return String(value.amount)
  return value === undefined || value === null ? '' : String(value)
}

/** endsOf are both ends of a "between", whichever way they are written. */
export function endsOf(value: unknown): [unknown, unknown] {
  if (typeof value === 'string' && value.includes(',')) {
    const [from, to] = value.split(',', 2)
    return [from, to]
  }
  return Array.isArray(value) ? [value[0], value[1]] : [undefined, undefined]
}

/** TextValue is a text. */
export function TextValue({ id, value, label, change }: ValueProps) {
  const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return <TextBox id={id} label={label} width="grow" dir="auto" maxLength={1000} value={shown} change={(text) => change(text === '' ? undefined : text, true)} />
}

const unitOf = (field: Field) => (field.kind === 'percentage' ? '%' : field.currency)

/** NumberValue is one number, with its unit. */
export function NumberValue({ id, field, value, label, change }: ValueProps) {
  return (
    <TextBox id={id} label={label} width="number" inputMode="decimal" unit={unitOf(field)} value={shownNumber(value)} change={(text) => change(numberOf(text), true)} />
  )
}

/** RangeValue is two numbers, each with a name: both ends count. */
export function RangeValue({ id, field, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const [from, to] = endsOf(value)
  const shared = { id, width: 'number', inputMode: 'decimal', unit: unitOf(field) } as const
  return (
    <>
      <TextBox {...shared} label={`${t('segments.builder.from')}, ${label}`} value={shownNumber(from)} change={(text) => change([numberOf(text) ?? '', to ?? ''], true)} />
      <span>{t('segments.builder.to')}</span>
      <TextBox {...shared} label={`${t('segments.builder.until')}, ${label}`} first={false} value={shownNumber(to)} change={(text) => change([from ?? '', numberOf(text) ?? ''], true)} />
    </>
  )
}

/** PeriodValue is a number and a unit. It also takes "30d" and "6 weeks" in one. */
export function PeriodValue({ id, field, operator, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const period = periodOf(value)
  const { text, type, settle } = useTyped(period ? String(period.n) : String(value ?? ''))
  const hours = field.kind === 'instant' && !operator.includes('anniversary')
  const units = periodUnits.filter((unit) => hours || (unit !== 'hour' && unit !== 'minute') || unit === period?.unit)
  const unit = period?.unit ?? 'day'
  const typed = (next: string) => {
    const read = typedPeriod(next, unit)
    type(next, read ? String(read.n) : next)
    change(read ? writePeriod(read) : next === '' ? undefined : next, true)
  }
  return (
    <>
      <TextBox id={id} label={label} width="small" value={text} change={typed} onBlur={settle} />
      <PickBox
        id={id}
        label={`${t('segments.builder.unit')}, ${label}`}
        first={false}
        value={unit}
        disabled={!period}
        options={units.map((one) => ({ value: one, label: t(`segments.units.${one}`) }))}
        change={(one) => change(writePeriod({ n: period?.n ?? 30, unit: one }))}
      />
    </>
  )
}

/** UnitValue is a unit of the calendar: this month. */
export function UnitValue({ id, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const unit = calendarUnits.find((one) => one === value) ?? ''
  return <PickBox id={id} label={label} value={unit} options={calendarUnits.map((one) => ({ value: one, label: t(`segments.calendar.${one}`) }))} change={change} />
}

/** UnitsValue is some whole units of the calendar: the last 3 months. */
export function UnitsValue({ id, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const raw = typeof value === 'object' && value !== null ? (value as { n?: unknown; unit?: unknown }) : { n: 1, unit: value }
  const unit = unitsOf(value)?.unit ?? calendarUnits.find((one) => one === raw.unit) ?? 'month'
  return (
    <>
      <TextBox id={id} label={label} width="small" inputMode="decimal" value={shownNumber(raw.n)} change={(text) => change({ n: numberOf(text), unit }, true)} />
      <PickBox
        id={id}
        label={`${t('segments.builder.unit')}, ${label}`}
        first={false}
        value={unit}
        options={calendarUnits.map((one) => ({ value: one, label: t(`segments.units.${one}`) }))}
        change={(one) => change({ n: raw.n, unit: one })}
      />
    </>
  )
}

/** YesValue is ticked or not. */
export function YesValue({ id, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const options = (['yes', 'no'] as const).map((one) => ({ value: one, label: t(`segments.builder.${one}`) }))
  return <PickBox id={id} label={label} value={String(value) === 'true' ? 'yes' : 'no'} options={options} change={(one) => change(one === 'yes')} />
}

/** OptionValue is one of the known values. One that is known no longer stays in sight. */
export function OptionValue({ id, field, value, label, change, options }: ValueProps & { options: readonly string[] }) {
  const { t } = useTranslation()
  const text = typeof value === 'string' ? value : ''
  const known = text === '' || options.includes(text) ? options : [text, ...options]
  const none = text === '' ? [{ value: '', label: t('segments.builder.chooseValue') }] : []
  return (
    <PickBox id={id} label={label} value={text} options={[...none, ...known.map((one) => ({ value: one, label: wordOf(t, field, one) }))]} change={(one) => change(one || undefined)} />
  )
}

/** ShareValue is a share of everyone by chance, in percent, and the name of the draw. */
export function ShareValue({ id, value, label, change, salt, changeSalt }: ValueProps & { salt: string | undefined; changeSalt: (salt: string | undefined) => void }) {
  const { t } = useTranslation()
  const number = Number(value)
  const { text, type, settle } = useTyped(value === undefined || Number.isNaN(number) ? String(value ?? '') : String(number / 100))
  const typed = (next: string) => {
    const percent = Number(next)
    const buckets = next.trim() === '' || Number.isNaN(percent) ? undefined : Math.round(percent * 100)
    type(next, buckets === undefined ? '' : String(buckets / 100))
    change(buckets, true)
  }
  return (
    <>
      <TextBox id={id} label={label} width="number" inputMode="decimal" unit="%" value={text} change={typed} onBlur={settle} />
      <TextBox
        id={id}
        label={`${t('segments.builder.draw')}, ${label}`}
        first={false}
        width="grow"
        placeholder={t('segments.builder.drawHint')}
        maxLength={100}
        value={salt ?? ''}
        change={(name) => changeSalt(name || undefined)}
      />
    </>
  )
}
