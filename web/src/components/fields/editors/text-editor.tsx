import { TextInput } from '@mantine/core'
import type { EditorProps } from './props'

/** TextEditor edits one line of text, or a number as it is typed: the server reads both. */
export function TextEditor({ label, value, change, invalid, describedBy, numeric }: EditorProps & { numeric?: boolean }) {
  return (
    <TextInput
      data-autofocus
      size="xs"
      aria-label={label}
      aria-describedby={describedBy}
      error={invalid}
      dir="auto"
      autoComplete="off"
      {...(numeric ? { inputMode: 'decimal' as const } : {})}
      value={value === undefined || value === null ? '' : String(value)}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}
