import type { keys as english, scopes as englishScopes } from '../en/keys'

/** The texts of keys and scopes. */
export const keys: typeof english = {
  about: 'Programu hutumia funguo. Watu huingia kwa kiungo au nenosiri.',
  forbidden: 'Msimamizi pekee huona na kutengeneza funguo.',
  make: 'Tengeneza ufunguo',
  name: 'Jina',
  nameHelp: 'Ufunguo ni wa nini. Kila badiliko linalofanywa nao hutaja jina hili.',
  scope: 'Upeo',
  used: 'Ulitumika mwisho',
  never: 'Kamwe',
  expires: 'Unaisha',
  neverExpires: 'Kamwe',
  inDays: 'Baada ya siku {{number}}',
  revoke: 'Batilisha',
  revokeOne: 'Batilisha {{name}}',
  revokeHelp: 'Programu zinazotumia ufunguo huu zinaacha kufanya kazi mara moja. Ufunguo haurudi tena.',
  once: 'Nakili ufunguo sasa',
  onceHelp: 'Unaonyeshwa mara hii moja. Hakuna anayeweza kuusoma tena, hata msimamizi.',
}

export const scopes: typeof englishScopes = {
  agent: { name: 'Wakala', may: 'Kwa wanaowajibu watu: huandika watu, kampuni, mazungumzo na maelezo, huunganisha na kuzuia.' },
  marketer: { name: 'Mtangazaji', may: 'Kwa wanaojenga makundi: huandika watu, kampuni, sifa, makundi na hadhira.' },
  campaign: { name: 'Kampeni', may: 'Kwa programu zinazotuma: huchukua picha za makundi, hutengeneza hadhira na kuripoti.' },
  ai: { name: 'Msaidizi', may: 'Kwa wasaidizi wa AI: huandika watu, mazungumzo na maelezo, yanayowekwa alama kuwa yao.' },
  admin: { name: 'Msimamizi', may: 'Kila kitu: pia hufuta watu, hubadilisha mipangilio na hutoa funguo.' },
}
