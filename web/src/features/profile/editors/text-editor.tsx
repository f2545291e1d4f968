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

/** numberOf is a typed number; what is none stays as it is, for the server to say what is wrong with it. */
export function numberOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  const number = Number(text)
  // Only what the number shows again is one: a long one would lose digits.
  return text !== '' && String(number) === text ? number : text
}
