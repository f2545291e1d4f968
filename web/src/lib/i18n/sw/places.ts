import type { places as english } from '../en/places'

/** What the members of a request are called in the forms, in Swahili. */
export const places: typeof english = {
  rules_n: 'kanuni {{n}}', value: 'thamani', value_n: 'thamani {{n}}', field: 'sehemu', operator: 'ulinganisho',
  where: 'kinachohesabiwa', salt: 'jina la droo', combinator: 'jinsi kanuni zinavyounganishwa', split: 'vikundi',
  split_n: 'kikundi {{n}}', percent: 'asilimia', exclude: 'walioachwa', segments: 'makundi', segments_n: 'kundi {{n}}',
  audiences: 'hadhira', audiences_n: 'hadhira {{n}}', campaigns_within: 'siku tangu kampeni ya mwisho', campaigns: 'kampeni',
  campaigns_n: 'kampeni {{n}}', campaign: 'kampeni', channel: 'njia', limit: 'idadi ya watu', keep: 'picha', count: 'idadi',
  age: 'zinahifadhiwa kwa', owner: 'mmiliki', labels: 'lebo', labels_n: 'lebo {{n}}', schedule: 'ratiba',
  cron: 'mstari wa cron', time_zone: 'saa za eneo', jitter: 'kuchelewa', name: 'jina', description: 'maelezo',
  email: 'barua pepe', phone: 'simu', emails_n: 'barua pepe {{n}}', phones_n: 'simu {{n}}', domains_n: 'kikoa {{n}}',
  scope: 'upeo', expires_at: 'mwisho', key: 'ufunguo', label: 'lebo', type: 'aina', options: 'chaguo',
  options_n: 'chaguo {{n}}', currency: 'sarafu', phone_region: 'eneo la simu', keep_history: 'muda wa historia',
  reopen_within: 'muda wa kufungua tena mazungumzo', week_start: 'siku ya kwanza ya wiki', password: 'nenosiri',
  text: 'maandishi', query: 'maneno', add_n: 'mstari {{n}}',
}
