import { Combobox, InputBase, ScrollArea, useCombobox } from '@mantine/core'
import {
  Icon123, IconBuilding, IconCalendar, IconCheckbox, IconDice3, IconHash, IconLetterT, IconListCheck, IconMail, IconMessages,
  IconPhone, IconTag, IconUsersGroup, IconWorld, type Icon,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fold } from '@/lib/text'
import { filled } from '../queries'
import styles from './builder.module.css'
import { sections, type Entity, type Field } from './catalog'
import type { Kind } from './operators'
import { useBoard, useFault } from './store'

const icons: Record<Kind, Icon> = {
  text: IconLetterT, email: IconMail, phone: IconPhone, id: IconHash, choice: IconListCheck, country: IconWorld,
  many: IconTag, number: Icon123, currency: Icon123, percentage: Icon123, date: IconCalendar, instant: IconCalendar,
  checkbox: IconCheckbox, checkbox3: IconCheckbox, segment: IconUsersGroup, bucket: IconDice3, related: IconMessages,
}

/** Of more attributes than these, the page does not count who has a value. */
const mostShares = 60

/** KindIcon shows what kind of values a field has. */
export function KindIcon({ field }: { field: Field }) {
  const Shown = field.section === 'company' && field.kind === 'text' ? IconBuilding : icons[field.kind]
  return <Shown size={14} aria-hidden style={{ flex: 'none' }} />
}

interface Props {
  id: string
  entity: Entity
  field: string
  label: string
  choose: (field: Field) => void
  /** Changes when the picker is to open: a row was just added. */
  opening: number | undefined
}

/** FieldPicker chooses what a rule asks about. */
export function FieldPicker({ id, entity, field, label, choose, opening }: Props) {
  const { t } = useTranslation()
  const { catalog } = useBoard()
  const fault = useFault(id, 'field')
  const [wanted, setWanted] = useState('')
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      setWanted('')
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  })
  const { openDropdown } = combobox
  useEffect(() => {
    if (opening !== undefined) openDropdown()
    // Only when it is asked for: the opener is another one at each drawing.
  }, [opening])
  const known = catalog[entity].get(field)
  return (
    <Combobox
      store={combobox}
      width={300}
      position="bottom-start"
      onOptionSubmit={(key) => {
        const chosen = catalog[entity].get(key)
        combobox.closeDropdown()
        if (chosen) choose(chosen)
      }}
    >
      <Combobox.Target targetType="button">
        <InputBase
          component="button"
          type="button"
          pointer
          size="xs"
          error={fault !== undefined}
          data-part="field"
          aria-label={`${label}: ${known?.label ?? (field || t('segments.builder.chooseField'))}`}
          aria-invalid={fault !== undefined}
          leftSection={known && <KindIcon field={known} />}
          rightSection={<Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onClick={() => combobox.toggleDropdown()}
        >
          <span className={styles.cut} dir="auto">
            {known?.label ?? (field || <span className={styles.muted}>{t('segments.builder.chooseField')}</span>)}
          </span>
        </InputBase>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          size="xs"
          value={wanted}
          aria-label={t('segments.builder.searchField')}
          placeholder={t('segments.builder.searchField')}
          onChange={(event) => {
            setWanted(event.currentTarget.value)
            combobox.selectFirstOption()
          }}
        />
        {combobox.dropdownOpened && <Fields entity={entity} wanted={wanted} first={() => combobox.selectFirstOption()} />}
      </Combobox.Dropdown>
    </Combobox>
  )
}

function Fields({ entity, wanted, first }: { entity: Entity; wanted: string; first: () => void }) {
  const { t } = useTranslation()
  const { catalog } = useBoard()
  const own = entity === 'contact' ? [...catalog.contact.values()].filter(({ section }) => section === 'attributes').map(({ key }) => key) : []
  const shares = useQuery({ ...filled(own.slice(0, mostShares)), enabled: own.length > 0 })
  const words = fold(wanted).split(/\s+/).filter(Boolean)
  const fits = (field: Field) => {
    const text = `${fold(field.label)} ${field.key} ${fold(t(`segments.sections.${field.section}`))}`
    return !field.archived && words.every((word) => text.includes(word))
  }
  // What begins with the words comes first, so that Enter takes it.
  const rank = (field: Field) => (wanted && fold(field.label).startsWith(fold(wanted)) ? 0 : 1)
  const fitting = [...catalog[entity].values()].filter(fits).sort((a, b) => rank(a) - rank(b))
  const shown = sections
    .map((section) => ({ section, fields: fitting.filter((field) => field.section === section) }))
    .filter(({ fields }) => fields.length > 0)
    .sort((a, b) => (wanted ? rank(a.fields[0]!) - rank(b.fields[0]!) : 0))
  useEffect(() => {
    if (wanted) first()
    // `first` is another one at each drawing.
  }, [wanted])
  return (
    <Combobox.Options aria-label={t('segments.builder.fields')}>
      <ScrollArea.Autosize mah={320} type="auto">
        {shown.map(({ section, fields }) => (
          <Combobox.Group key={section} label={t(`segments.sections.${section}`)}>
            {fields.map((field) => (
              <Combobox.Option key={field.key} value={field.key}>
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
        ))}
        {shown.length === 0 && <Combobox.Empty>{t('segments.builder.noField')}</Combobox.Empty>}
      </ScrollArea.Autosize>
    </Combobox.Options>
  )
}
