import { Combobox, InputBase, useCombobox } from '@mantine/core'
import { Suspense, useEffect, useId, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './builder.module.css'
import { useFault } from './store'

interface PickerProps {
  /** The row that it stands in, and which part of it is picked. */
  id: string
  part: 'field' | 'operator'
  label: string
  /** What is picked, in words; empty for nothing yet. */
  words: string
  hint: string
  icon?: ReactNode
  /** The name of the box in which people look for one. */
  search: string
  width: number
  take: (value: string) => void
  /** The options that fit what is typed. */
  options: (typed: string) => ReactNode
}

/** Picker is a button that says what is picked, and opens a list to search. A list that nobody opens costs nothing. */
export function Picker(props: PickerProps) {
  const { id, part, label, words, hint, icon } = props
  const fault = useFault(id, part)
  const [wanted, setWanted] = useState(false)
  const button = (click: () => void) => (
    <InputBase
      component="button"
      type="button"
      pointer
      size="xs"
      error={fault !== undefined}
      data-part={part}
      aria-haspopup="listbox"
      aria-label={`${label}: ${words || hint}`}
      aria-invalid={fault !== undefined}
      {...(fault !== undefined && { 'aria-describedby': `fault-${id}` })}
      leftSection={icon}
      rightSection={<Combobox.Chevron />}
      rightSectionPointerEvents="none"
      onClick={click}
    >
      <span className={styles.cut} dir="auto">
        {words || <span className={styles.muted}>{hint}</span>}
      </span>
    </InputBase>
  )
  return wanted ? <Opened {...props} button={button} /> : button(() => setWanted(true))
}

function Opened({ words, search, width, take, options, button }: PickerProps & { button: (click: () => void) => ReactNode }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const list = useId()
  const combobox = useCombobox({
    defaultOpened: true,
    onDropdownClose: () => {
      combobox.resetSelectedOption()
      setTyped('')
    },
  })
  const open = combobox.dropdownOpened
  useEffect(() => {
    if (open) combobox.focusSearchInput()
    // The list is another object at each drawing.
  }, [open])
  const settle = () => {
    if (typed) combobox.selectFirstOption()
    else if (words) combobox.selectActiveOption()
  }
  // Heard on the way down: on the way up the list can be gone, because Esc closes it on the way down, too.
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Tab') combobox.closeDropdown()
    if (event.key === 'Escape' || event.key === 'Tab') combobox.focusTarget()
  }
  return (
    <Combobox
      store={combobox}
      width={width}
      position="bottom-start"
      keepMounted={false}
      onOptionSubmit={(value) => {
        combobox.closeDropdown()
        take(value)
      }}
    >
      <Combobox.Target targetType="button">{button(() => combobox.toggleDropdown())}</Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search size="xs" role="combobox" aria-expanded aria-controls={list} value={typed} aria-label={search} placeholder={search} onKeyDownCapture={press} ref={takeFocus} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Combobox.Options id={list} aria-label={search} className={styles.options}>
          <Suspense fallback={<Combobox.Empty>{t('app.loading')}</Combobox.Empty>}>
            <Listed typed={typed} settle={settle}>
              {options(typed)}
            </Listed>
          </Suspense>
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}

/** takeFocus gives a box the focus as soon as it is there, so that the first letters are not lost. */
function takeFocus(box: HTMLInputElement | null) {
  box?.focus({ preventScroll: true })
}

/** Listed are the options. Once they are there, Enter takes the first that fits what is typed, or the one that is picked. */
function Listed({ typed, settle, children }: { typed: string; settle: () => void; children: ReactNode }) {
  useEffect(settle, [typed])
  return children
}
