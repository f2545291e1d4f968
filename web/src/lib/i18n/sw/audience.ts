import type { audience as english, snapshot as englishSnapshot } from '../en/audience'

/** The texts of the pages of one audience and of one snapshot in Swahili. */
export const audience: typeof english = {
  title: 'Hadhira ya {{campaign}}',
  segment: 'Kwenye kundi',
  segmentOf: 'Kundi: {{name}}',
  made_one: 'mtu katika hadhira hii, iliyoundwa {{at}} na {{name}}',
  made_other: 'watu katika hadhira hii, iliyoundwa {{at}} na {{name}}',
  numbers: 'Idadi',
  groups: 'Vikundi:',
  drawn: 'Ina watu wasiozidi {{number}}, waliochaguliwa kwa bahati nasibu.',
  heldThen: 'Hawakuingia katika hadhira ilipoundwa:',
  leftNow: 'Wamo katika hadhira, lakini kampeni haipewi kwa sasa:',
  since: 'Tangu hadhira ya {{campaign}} ({{at}}), watu {{entered}} waliingia kundini na {{left}} waliondoka.',
  sameSnapshot: 'Hadhira iliyotangulia, ya {{campaign}} ({{at}}), iliundwa kutoka picha ileile.',
  reported: 'Kampeni imeripoti, kwa hadhira zake zote (watu):',
  nothingReported: 'Kampeni bado haijaripoti uwasilishaji, ufunguaji wala ubofyaji.',
  notBegun: 'Kampeni bado haijathibitisha mstari wowote.',
  upTo: 'Kampeni imethibitisha mistari hadi {{row}} kati ya {{number}}, mwisho {{at}}.',
  finished: 'Kampeni imethibitisha mistari yote {{number}}, mwisho {{at}}.',
  how: 'Jinsi kampeni inavyothibitisha',
  howHelp: 'Weka ufunguo wa upeo Kampeni katika kigezo KEY. Mstari wa kwanza unathibitisha kwamba kampeni imemaliza mistari yote hadi mmoja. Wa pili unaripoti yaliyotokea kwa mstari: delivered, opened, clicked, bounced, replied au failed.',
  people: 'Watu wa hadhira',
  which: 'Watu wanaoonyeshwa',
  allRows: 'Wote wanaoandikiwa',
  inGroup: 'Kikundi {{group}}',
  wasHeld: 'Hawamo katika hadhira: {{reason}}',
  nowOut: 'Kampeni haipewi kwa sasa: {{reason}}',
  hidden_one: '{{number}} haorodheshwi sasa.',
  hidden_other: '{{number}} hawaorodheshwi sasa.',
  row: 'Mstari',
  group: 'Kikundi',
}

export const snapshot: typeof englishSnapshot = {
  title: 'Picha {{n}}',
  then_one: 'mtu katika kundi {{at}}',
  then_other: 'watu katika kundi {{at}}',
  since: 'Tangu picha {{n}}: {{entered}} wameingia, {{left}} wameondoka.',
  who: 'Onyesha ni nani',
  notShown: 'Hawaorodheshwi tena:',
  nobody: 'Hakukuwa na mtu katika kundi wakati huo.',
}
