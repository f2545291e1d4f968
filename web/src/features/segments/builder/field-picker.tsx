import { Combobox } from '@mantine/core'
import {
  Icon123, IconBuilding, IconCalendar, IconCheckbox, IconDice3, IconHash, IconLetterT, IconListCheck, IconMail, IconMessages,
  IconPhone, IconTag, IconUsersGroup, IconWorld, type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { useTranslation } from 'react-i18next'
import { fold } from '@/lib/text'
import { filled } from '../queries'
import styles from './builder.module.css'
import { sections, type Entity, type Field } from './catalog'
import type { Kind } from './operators'
import { Picker } from './picker'
import { useBoard } from './store'

const icons: Record<Kind, Icon> = {
  text: IconLetterT, email: IconMail, phone: IconPhone, id: IconHash, choice: IconListCheck, country: IconWorld,
  many: IconTag, number: Icon123, currency: Icon123, percentage: Icon123, date: IconCalendar, instant: IconCalendar,
  checkbox: IconCheckbox, checkbox3: IconCheckbox, segment: IconUsersGroup, bucket: IconDice3, related: IconMessages,
}

/** How many fields of a list that has just opened are drawn at once. */
const drawnAtOnce = 15

/** Of more attributes than these, the page does not count who has a value. */
const mostShares = 60

/** KindIcon shows what kind of values a field has. */
function KindIcon({ field }: { field: Field }) {
  const Shown = field.section === 'company' && field.kind === 'text' ? IconBuilding : icons[field.kind]
  return <Shown size={14} aria-hidden style={{ flex: 'none' }} />
}

interface Props {
  id: string
  entity: Entity
  field: string
  label: string
  choose: (field: Field) => void
}

/** FieldPicker picks what a rule asks about. */
export function FieldPicker({ id, entity, field, label, choose }: Props) {
  const { t } = useTranslation()
  const { catalog } = useBoard()
  const known = catalog[entity].get(field)
  const take = (key: string) => {
    const chosen = catalog[entity].get(key)
    if (chosen) choose(chosen)
  }
  return (
    <Picker
      id={id}
      part="field"
      label={label}
      words={known?.label ?? field}
      hint={t('segments.builder.chooseField')}
      icon={known && <KindIcon field={known} />}
      search={t('segments.builder.searchField')}
      width={300}
      take={take}
      options={(typed) => <Fields entity={entity} typed={typed} chosen={field} />}
    />
  )
}

function Fields({ entity, typed, chosen }: { entity: Entity; typed: string; chosen: string }) {
  const { t } = useTranslation()
  const { catalog } = useBoard()
  const own = entity === 'contact' ? [...catalog.contact.values()].filter(({ section }) => section === 'attributes').map(({ key }) => key) : []
  const shares = useQuery({ ...filled(own.slice(0, mostShares)), enabled: own.length > 0 })
  const words = fold(typed).split(/\s+/).filter(Boolean)
  const fits = (field: Field) => {
    const text = `${fold(field.label)} ${field.key} ${fold(t(`segments.sections.${field.section}`))}`
    return !field.archived && words.every((word) => text.includes(word))
  }
  // What begins with the words comes first, so that Enter takes it.
  const rank = (field: Field) => (typed && fold(field.label).startsWith(fold(typed)) ? 0 : 1)
  // The first ones are there at once, so that the list of a new row opens with it.
  const whole = useDeferredValue(true, chosen !== '')
  const fitting = [...catalog[entity].values()].filter(fits).sort((a, b) => rank(a) - rank(b)).slice(0, whole ? undefined : drawnAtOnce)
  const shown = sections
    .map((section) => ({ section, fields: fitting.filter((field) => field.section === section) }))
    .filter(({ fields }) => fields.length > 0)
    .sort((a, b) => (typed ? rank(a.fields[0]!) - rank(b.fields[0]!) : 0))
  if (shown.length === 0) return <Combobox.Empty>{t('segments.builder.noField')}</Combobox.Empty>
  return shown.map(({ section, fields }) => (
    <Combobox.Group key={section} label={t(`segments.sections.${section}`)}>
      {fields.map((field) => (
        <Combobox.Option key={field.key} value={field.key} active={field.key === chosen}>
          <span className={styles.option}>
            <KindIcon field={field} />
            <span className={styles.cut} dir="auto">
              {field.label}
            </span>
            {shares.data?.has(field.key) && (
              <span className={styles.count}>{t('segments.builder.filled', { percent: Math.round(shares.data.get(field.key)! * 100) })}</span>
            )}
          </span>
        </Combobox.Option>
      ))}
    </Combobox.Group>
  ))
}
