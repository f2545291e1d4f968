import { NativeSelect, TextInput, type TextInputProps } from '@mantine/core'
import styles from './builder.module.css'
import { useFault } from './store'

interface BoxProps {
  /** The row that it stands in. */
  id: string
  /** Its name: "Value, rule 2 of 4, Any of". */
  label: string
  /** Whether the focus goes here when it goes to the value of the row. */
  first?: boolean
}

/** useMarks names a control, and ties it to what the server says is wrong with the value of its row. */
function useMarks({ id, label, first = true }: BoxProps) {
  const fault = useFault(id, 'value')
  return {
    size: 'xs',
    'aria-label': label,
    ...(first && { 'data-part': 'value' }),
    ...(fault !== undefined && { error: true, 'aria-describedby': `fault-${id}` }),
  } as const
}

interface TextBoxProps extends BoxProps, Pick<TextInputProps, 'type' | 'inputMode' | 'placeholder' | 'maxLength' | 'dir' | 'onBlur'> {
  width: 'grow' | 'number' | 'small' | 'day'
  /** What stands after the text, such as a currency. */
  unit?: string | undefined
  value: string
  change: (text: string) => void
}

/** TextBox is a box to type into. */
export function TextBox({ id, label, first = true, width, unit, change, ...rest }: TextBoxProps) {
  const marks = useMarks({ id, label: unit ? `${label} (${unit})` : label, first })
  return (
    <TextInput
      {...marks}
      {...rest}
      className={styles[width]}
      {...(unit && { rightSection: <span className={styles.unit}>{unit}</span>, rightSectionWidth: 14 + unit.length * 8 })}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

interface PickBoxProps<T extends string> extends BoxProps {
  value: T | ''
  options: readonly { value: T | ''; label: string }[]
  disabled?: boolean
  change: (value: T) => void
}

/** PickBox picks one of a few words. */
export function PickBox<T extends string>({ id, label, first = true, options, change, ...rest }: PickBoxProps<T>) {
  const marks = useMarks({ id, label, first })
  return <NativeSelect {...marks} {...rest} className={styles.select} data={[...options]} onChange={(event) => change(event.currentTarget.value as T)} />
}
