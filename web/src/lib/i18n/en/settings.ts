/** The texts of the settings of the workspace. */
export const settings = {
  workspace: 'The workspace',
  you: 'You',
  about: 'Each setting counts for the whole workspace.',
  readOnly: 'An administrator can change these.',
  saved: 'The settings are saved.',
  time_zone: { label: 'Time zone', help: 'It says when a day begins and ends. Filters by date, schedules and the times on these pages follow it.' },
  week_start: { label: 'First day of the week', help: 'Filters by whole weeks follow it. When you change it, people may enter and leave segments.' },
  days: { monday: 'Monday', sunday: 'Sunday', saturday: 'Saturday' },
  currency: { label: 'Currency', help: 'The currency of new attributes for money. Three letters, like KES or EUR.' },
  phone_region: {
    label: 'Phone region', help: 'Phone numbers without + and country code are read as numbers of this country.', none: 'None: a number needs + and country code',
    clear: 'No phone region',
  },
  keep_history: { label: 'Keep the history for', help: 'Older history is removed. Leave it empty to keep all.' },
  reopen_within: { label: 'Reopen conversations within', help: 'A message that comes within this time after a conversation was done opens it again. A later one begins a new conversation.' },
  ai_people_per_hour: { label: 'People an assistant may read in an hour', help: 'This is the limit of each key with the scope Assistant. With 0 it may read nobody.' },
  link_companies_by_domain: {
    label: 'Link companies by the domain of the e-mail',
    help: 'A new person without a company gets the company that has the domain of the e-mail address.',
  },
  password: {
    set: 'Set a password',
    change: 'Change your password',
    help: 'With your e-mail {{email}} and a password you sign in without a link. When you save it, all other places where you are signed in will be signed out.',
    current: 'Current password',
    new: 'New password',
    newHelp: 'At least 12 characters, of any kind.',
    save: 'Save the password',
    saved: 'The password is saved.',
  },
}
