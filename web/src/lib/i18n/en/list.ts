/** The texts of lists of records: what is picked, how it is sorted, what it shows. */
export const list = {
  facets: 'Facets',
  sort: 'Sort by',
  columns: 'Columns',
  not: 'Leave these out',
  notValue: 'Leave out {{value}}',
  noValue: 'No value',
  otherValues_one: '{{number}} with another value',
  otherValues_other: '{{number}} with other values',
  filterValues: 'Find a value of {{field}}',
  filterValuesHint: 'Find a value',
  clearPick: 'Clear {{field}}',
  notChip: 'not {{value}}',
  select: 'Select',
  selectOne: 'Select {{name}}',
}
