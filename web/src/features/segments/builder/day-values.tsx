import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { TextBox } from './boxes'
import { instantOf, localOf } from './period'
import { useBoard } from './store'
import { endsOf, type ValueProps } from './value-controls'

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
  const { zone } = useBoard().zone
  const text = typeof value === 'string' ? value : ''
  const time = text.includes('T')
  const moment = time ? new Date(text) : undefined
  const shown = moment ? (Number.isNaN(moment.getTime()) ? '' : localOf(moment, zone)) : text
  const typed = (next: string) => change(next === '' ? undefined : time ? instantOf(next, zone) : next)
  const switched = () => change(time ? shown.slice(0, 10) : instantOf(`${text}T00:00`, zone))
  const other = t(time ? 'segments.builder.wholeDay' : 'segments.builder.withTime')
  return (
    <>
      <TextBox id={id} label={label} first={first} width="day" type={time ? 'datetime-local' : 'date'} value={shown} change={typed} />
      {timed && text !== '' && (
        <Button size="compact-xs" variant="subtle" aria-label={`${other}, ${label}`} onClick={switched}>
          {other}
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
