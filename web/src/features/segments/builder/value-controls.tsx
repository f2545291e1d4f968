import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import styles from './builder.module.css'
import type { Field } from './catalog'
import { calendarUnits, instantOf, localOf, periodOf, periodUnits, typedPeriod, unitsOf, writePeriod, type CalendarUnit, type PeriodUnit } from './period'
import { useBoard, useFault } from './store'
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

/** marked ties a control to what the server says is wrong with it. */
export function marked(id: string, fault: string | undefined): { error?: true; 'aria-describedby'?: string } {
  return fault === undefined ? {} : { error: true, 'aria-describedby': `fault-${id}` }
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

/** TextValue is a text. */
export function TextValue({ id, value, label, change }: ValueProps) {
  const fault = useFault(id, 'value')
  return (
    <TextInput
      size="xs"
      className={styles.grow}
      dir="auto"
      aria-label={label}
      {...marked(id, fault)}
      data-part="value"
      maxLength={1000}
      value={typeof value === 'string' || typeof value === 'number' ? String(value) : ''}
      onChange={(event) => change(event.currentTarget.value === '' ? undefined : event.currentTarget.value, true)}
    />
  )
}

interface NumberBoxProps {
  id: string
  label: string
  value: unknown
  unit?: string | undefined
  first?: boolean
  change: (value: unknown, typing: boolean) => void
}

/** NumberBox is a number, with the unit after it. */
export function NumberBox({ id, label, value, unit, first = true, change }: NumberBoxProps) {
  const fault = useFault(id, 'value')
  return (
    <TextInput
      size="xs"
      className={styles.number}
      inputMode="decimal"
      aria-label={unit ? `${label} (${unit})` : label}
      {...marked(id, fault)}
      {...(first && { 'data-part': 'value' })}
      rightSection={unit ? <span className={styles.unit}>{unit}</span> : null}
      rightSectionWidth={unit ? 14 + unit.length * 8 : 0}
      value={shownNumber(value)}
      onChange={(event) => change(numberOf(event.currentTarget.value), true)}
    />
  )
}

const unitOf = (field: Field) => (field.kind === 'percentage' ? '%' : field.currency)

/** NumberValue is one number. */
export function NumberValue({ id, field, value, label, change }: ValueProps) {
  return <NumberBox id={id} label={label} value={value} unit={unitOf(field)} change={change} />
}

/** endsOf are both ends of a "between", whichever way they are written. */
function endsOf(value: unknown): [unknown, unknown] {
  if (typeof value === 'string' && value.includes(',')) {
    const [from, to] = value.split(',', 2)
    return [from, to]
  }
  return Array.isArray(value) ? [value[0], value[1]] : [undefined, undefined]
}

/** RangeValue is two numbers, each with a name: both ends count. */
export function RangeValue({ id, field, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const [from, to] = endsOf(value)
  const unit = unitOf(field)
  return (
    <>
      <NumberBox id={id} label={`${t('segments.builder.from')}, ${label}`} value={from} unit={unit} change={(next, typing) => change([next ?? '', to ?? ''], typing)} />
      <span>{t('segments.builder.to')}</span>
      <NumberBox id={id} label={`${t('segments.builder.until')}, ${label}`} value={to} unit={unit} first={false} change={(next, typing) => change([from ?? '', next ?? ''], typing)} />
    </>
  )
}

interface DayBoxProps {
  id: string
  label: string
  value: unknown
  timed: boolean
  first?: boolean
  change: (value: unknown) => void
}

/** DayBox is a day, or a day with a time in the zone of the workspace. */
function DayBox({ id, label, value, timed, first = true, change }: DayBoxProps) {
  const { t } = useTranslation()
  const { zone } = useBoard()
  const fault = useFault(id, 'value')
  const text = typeof value === 'string' ? value : ''
  const time = text.includes('T')
  const moment = time ? new Date(text) : undefined
  const shown = moment ? (Number.isNaN(moment.getTime()) ? '' : localOf(moment, zone.zone)) : text
  const switched = () => {
    if (time) change(shown.slice(0, 10))
    else if (text) change(instantOf(`${text}T00:00`, zone.zone))
  }
  return (
    <>
      <TextInput
        size="xs"
        type={time ? 'datetime-local' : 'date'}
        className={styles.day}
        aria-label={label}
        {...marked(id, fault)}
        {...(first && { 'data-part': 'value' })}
        value={shown}
        onChange={(event) => {
          const next = event.currentTarget.value
          change(next === '' ? undefined : time ? instantOf(next, zone.zone) : next)
        }}
      />
      {timed && text !== '' && (
        <Button size="compact-xs" variant="subtle" aria-label={`${t(time ? 'segments.builder.wholeDay' : 'segments.builder.withTime')}, ${label}`} onClick={switched}>
          {t(time ? 'segments.builder.wholeDay' : 'segments.builder.withTime')}
        </Button>
      )}
    </>
  )
}

/** DayValue is one day or moment. */
export function DayValue({ id, field, value, label, change }: ValueProps) {
  return <DayBox id={id} label={label} value={value} timed={field.kind === 'instant'} change={change} />
}

/** DaysValue is two days or moments, each with a name: both ends count. */
export function DaysValue({ id, field, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const [from, to] = endsOf(value)
  const timed = field.kind === 'instant'
  return (
    <>
      <DayBox id={id} label={`${t('segments.builder.from')}, ${label}`} value={from} timed={timed} change={(next) => change([next ?? '', to ?? ''])} />
      <span>{t('segments.builder.to')}</span>
      <DayBox id={id} label={`${t('segments.builder.until')}, ${label}`} value={to} timed={timed} first={false} change={(next) => change([from ?? '', next ?? ''])} />
    </>
  )
}

/** PeriodValue is a number and a unit. It also takes "30d" and "6 weeks" in one. */
export function PeriodValue({ id, field, operator, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const fault = useFault(id, 'value')
  const period = periodOf(value)
  const shown = period ? String(period.n) : String(value ?? '')
  const { text, type, settle } = useTyped(shown)
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
      <TextInput
        size="xs"
        className={styles.small}
        aria-label={label}
        {...marked(id, fault)}
        data-part="value"
        value={text}
        onChange={(event) => typed(event.currentTarget.value)}
        onBlur={settle}
      />
      <NativeSelect
        size="xs"
        className={styles.select}
        aria-label={`${t('segments.builder.unit')}, ${label}`}
        value={unit}
        disabled={!period}
        data={units.map((one) => ({ value: one, label: t(`segments.units.${one}`) }))}
        onChange={(event) => change(writePeriod({ n: period?.n ?? 30, unit: event.currentTarget.value as PeriodUnit }))}
      />
    </>
  )
}

/** UnitValue is a unit of the calendar: this month. */
export function UnitValue({ id, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const fault = useFault(id, 'value')
  return (
    <NativeSelect
      size="xs"
      className={styles.select}
      aria-label={label}
      {...marked(id, fault)}
      data-part="value"
      value={String(value ?? '')}
      data={calendarUnits.map((unit) => ({ value: unit, label: t(`segments.calendar.${unit}`) }))}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

/** UnitsValue is some whole units of the calendar: the last 3 months. */
export function UnitsValue({ id, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const units = unitsOf(value)
  const raw = typeof value === 'object' && value !== null ? (value as { n?: unknown; unit?: unknown }) : { n: 1, unit: value }
  const unit = units?.unit ?? (calendarUnits as readonly unknown[]).find((one) => one === raw.unit) ?? 'month'
  return (
    <>
      <NumberBox id={id} label={label} value={raw.n} change={(n, typing) => change({ n, unit }, typing)} />
      <NativeSelect
        size="xs"
        className={styles.select}
        aria-label={`${t('segments.builder.unit')}, ${label}`}
        value={String(unit)}
        data={calendarUnits.map((one) => ({ value: one, label: t(`segments.units.${one}`) }))}
        onChange={(event) => change({ n: raw.n, unit: event.currentTarget.value as CalendarUnit })}
      />
    </>
  )
}

/** YesValue is ticked or not. */
export function YesValue({ id, value, label, change }: ValueProps) {
  const { t } = useTranslation()
  const fault = useFault(id, 'value')
  return (
    <NativeSelect
      size="xs"
      className={styles.select}
      aria-label={label}
      {...marked(id, fault)}
      data-part="value"
      value={String(value)}
      data={[
        { value: 'true', label: t('segments.builder.yes') },
        { value: 'false', label: t('segments.builder.no') },
      ]}
      onChange={(event) => change(event.currentTarget.value === 'true')}
    />
  )
}

/** OptionValue is one of the known values. */
export function OptionValue({ id, field, value, label, change, options }: ValueProps & { options: readonly string[] }) {
  const { t } = useTranslation()
  const fault = useFault(id, 'value')
  const text = typeof value === 'string' ? value : ''
  const known = text === '' || options.includes(text) ? options : [text, ...options]
  return (
    <NativeSelect
      size="xs"
      className={styles.select}
      aria-label={label}
      {...marked(id, fault)}
      data-part="value"
      value={text}
      data={[
        ...(text === '' ? [{ value: '', label: t('segments.builder.chooseValue') }] : []),
        ...known.map((one) => ({ value: one, label: wordOf(t, field, one) })),
      ]}
      onChange={(event) => change(event.currentTarget.value || undefined)}
    />
  )
}

/** ShareValue is a share of everyone by chance, in percent, and the name of the draw. */
export function ShareValue({ id, value, label, change, salt, changeSalt }: ValueProps & { salt: string | undefined; changeSalt: (salt: string | undefined) => void }) {
  const { t } = useTranslation()
  const number = Number(value)
  const shown = value === undefined || Number.isNaN(number) ? String(value ?? '') : String(number / 100)
  const { text, type, settle } = useTyped(shown)
  const fault = useFault(id, 'value')
  const typed = (next: string) => {
    const percent = Number(next)
    const buckets = next.trim() === '' || Number.isNaN(percent) ? undefined : Math.round(percent * 100)
    type(next, buckets === undefined ? '' : String(buckets / 100))
    change(buckets, true)
  }
  return (
    <>
      <TextInput
        size="xs"
        className={styles.number}
        inputMode="decimal"
        aria-label={`${label} (%)`}
        {...marked(id, fault)}
        data-part="value"
        rightSection={<span className={styles.unit}>%</span>}
        value={text}
        onChange={(event) => typed(event.currentTarget.value)}
        onBlur={settle}
      />
      <TextInput
        size="xs"
        className={styles.grow}
        aria-label={`${t('segments.builder.draw')}, ${label}`}
        placeholder={t('segments.builder.drawHint')}
        maxLength={100}
        value={salt ?? ''}
        onChange={(event) => changeSalt(event.currentTarget.value || undefined)}
      />
    </>
  )
}
