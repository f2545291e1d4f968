import type { keySheet as english } from '../en/key-sheet'

/** The texts of the sheet of keys in Swahili. */
export const keySheet: typeof english = {
  search: 'Nenda kwenye kisanduku cha kutafuta',
  find: 'Nenda kwenye Tafuta',
  segments: 'Nenda kwenye Makundi',
  companies: 'Nenda kwenye Kampuni',
  row: 'Safu iliyotangulia au inayofuata',
  open: 'Fungua safu',
  openTab: 'Fungua safu katika kichupo kipya',
  back: 'Funga kilicho juu',
  note: 'Kwa mtu: andika andiko',
  merge: 'Kwa mtu: unganisha na anayefanana zaidi',
  block: 'Kwa mtu: zuia',
  neighbours: 'Kwa mtu: aliyetangulia au anayefuata kwenye orodha',
  sheet: 'Onyesha funguo hizi',
}
