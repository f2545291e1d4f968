/** The texts of the sheet of keys. */
export const keySheet = {
  search: 'Go to the search box',
  find: 'Go to Find',
  segments: 'Go to Segments',
  companies: 'Go to Companies',
  row: 'Previous or next row',
  open: 'Open the row',
  openTab: 'Open the row in a new tab',
  back: 'Close what is on top',
  note: 'On a person: write a note',
  merge: 'On a person: merge with the likeliest double',
  block: 'On a person: block',
  neighbours: 'On a person: previous or next in the list',
  sheet: 'Show these keys',
}
