/** The texts of the settings of the workspace. */
export const settings = {
  workspace: 'The workspace',
  you: 'You',
  about: 'Each setting counts for the whole workspace.',
  readOnly: 'An administrator can change these.',
  saved: 'The settings are saved.',
  time_zone: { label: 'Time zone', help: 'In which days begin and end. Filters by date, schedules and the times in this console follow it.' },
  week_start: { label: 'First day of the week', help: 'Filters with whole weeks follow it, so contacts may enter and leave segments.' },
  days: { monday: 'Monday', sunday: 'Sunday', saturday: 'Saturday' },
  currency: { label: 'Currency', help: 'Of new attributes that hold money. ISO 4217, like KES.' },
  phone_region: {
    label: 'Phone region', help: 'Phone numbers without + are read as those of this country.', none: 'None: only numbers with + are taken',
    clear: 'No phone region',
  },
  keep_history: { label: 'Keep the history for', help: 'What is older is removed. Empty: for ever. Like P2Y for two years or P90D for 90 days.' },
  reopen_within: { label: 'Reopen conversations within', help: 'A message this long after a conversation was resolved opens it again. Like P7D for seven days.' },
  ai_people_per_hour: { label: 'People an assistant may read in an hour', help: 'For each key of the scope Assistant. 0 is nobody.' },
  link_companies_by_domain: {
    label: 'Link companies by the domain of the e-mail',
    help: 'A contact that is made without a company gets the one that has the domain of its e-mail.',
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
