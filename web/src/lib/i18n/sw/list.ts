import type { list as english } from '../en/list'

/** The texts of lists of records in Swahili. */
export const list: typeof english = {
  facets: 'Vichujio',
  filters: 'Vichujio',
  sort: 'Panga kwa',
  columns: 'Safu wima',
  not: 'Waache hawa',
  notValue: 'Acha {{value}}',
  noValue: 'Hakuna thamani',
  otherValues_one: '{{number}} mwenye thamani nyingine',
  otherValues_other: '{{number}} wenye thamani nyingine',
  filterValues: 'Tafuta thamani ya {{field}}',
  filterValuesHint: 'Tafuta thamani',
  clearPick: 'Ondoa {{field}}',
  notChip: 'si {{value}}',
  share: 'Shiriki',
  export: 'Pakua',
  csv: 'Pakua kama CSV',
  ndjson: 'Pakua kama mistari ya JSON',
  copyLink: 'Nakili kama kiungo',
  copyCurl: 'Nakili kama curl',
  linkHelp: 'Kila anayeweza kuingia huona hivi hivi kwa anwani hii.',
  curlHelp: 'Kwanza weka ufunguo wako katika kigezo KEY.',
  select: 'Chagua',
  selectOne: 'Chagua {{name}}',
}
