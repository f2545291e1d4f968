/** What the members of a request are called in the forms; _n is one of a list, from 1. */
export const places = {
  rules_n: 'rule {{n}}', value: 'value', value_n: 'value {{n}}', field: 'field', operator: 'comparison', where: 'what counts',
  salt: 'name of the draw', combinator: 'how the rules are joined', split: 'groups', split_n: 'group {{n}}',
  percent: 'percent', exclude: 'left out', segments: 'segments', segments_n: 'segment {{n}}', audiences: 'audiences',
  audiences_n: 'audience {{n}}', campaigns_within: 'days since the last campaign', campaigns: 'campaigns',
  campaigns_n: 'campaign {{n}}', campaign: 'campaign', channel: 'channel', limit: 'number of people', keep: 'snapshots',
  count: 'number', age: 'kept for', owner: 'owner', labels: 'labels', labels_n: 'label {{n}}', schedule: 'schedule',
  cron: 'cron line', time_zone: 'time zone', jitter: 'delay', name: 'name', description: 'description', email: 'e-mail',
  phone: 'phone', emails_n: 'e-mail {{n}}', phones_n: 'phone {{n}}', domains_n: 'domain {{n}}', scope: 'scope',
  expires_at: 'expires', key: 'key', label: 'label', type: 'type', options: 'options', options_n: 'option {{n}}',
  currency: 'currency', phone_region: 'phone region', keep_history: 'history kept for',
  reopen_within: 'reopen conversations within', week_start: 'first day of the week', password: 'password', text: 'text',
  query: 'words', add_n: 'line {{n}}',
}
