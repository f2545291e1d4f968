import type { firstRun as english } from '../en/first-run'

/** The texts of Find in Swahili as long as there is nobody. */
export const firstRun: typeof english = {
  title: 'Bado hakuna mtu hapa',
  about: 'Chagua jinsi watu wa kwanza watakavyoingia. Unaweza kufanya yote haya, kwa mpangilio wowote.',
  person: 'Ongeza mtu mmoja kwa mkono',
  personAbout: 'Ili kuona mtu anavyoonekana hapa. Unaweza kuongeza wengine baadaye.',
  who: 'Jina, barua pepe au namba ya simu',
  make: 'Ongeza',
  import: 'Ingiza faili',
  importAbout: 'Jedwali (CSV) lenye vichwa, kama name, email na phone. Endesha mistari hii kwenye kompyuta ya seva, kwa folda ile ile ya data. Mstari wa kwanza unaeleza tu ule wa pili ungefanya nini.',
  tryImport: 'Jaribu kuingiza',
  program: 'Tuma watu kutoka kwenye programu',
  programAbout: 'Programu inahitaji ufunguo. Uweke mahali pa $KEY.',
  toKeys: 'Tengeneza ufunguo',
  askKey: 'Mwombe msimamizi ufunguo.',
  attributes: 'Amua unachotaka kujua',
  attributesAbout: 'Kila mtu ana jina, barua pepe na simu. Eleza kingine unachohitaji, kama mpango au siku ya kuzaliwa.',
  toAttributes: 'Eleza sifa',
  sample: 'Angalia kwa watu wa mfano',
  sampleAbout: 'Hii inaanzisha Kundi nyingine, kwenye folda yake, yenye watu na mazungumzo ya kubuni. Hakuna kinachoingia hapa.',
}
