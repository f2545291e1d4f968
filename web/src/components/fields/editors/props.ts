/** EditorProps are what every editor of a value gets. */
export interface EditorProps {
  /** What the field is called, for the name of the control. */
  label: string
  value: unknown
  change: (value: unknown) => void
  /** Saves the value, or another one that was picked just now. */
  save: (value?: unknown) => void
  invalid: boolean
  /** The element that says what is wrong, or how to save. */
  describedBy: string
}

/** ListProps are those of an editor of a list that is typed. */
export interface ListProps extends EditorProps {
  /** What stands in the box and is no member of the list yet. */
  half: string
  changeHalf: (half: string) => void
}
