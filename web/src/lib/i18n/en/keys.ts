/** The texts of keys and scopes. */
export const keys = {
  about: 'Programs use keys. People sign in with a link or a password.',
  forbidden: 'Only an administrator sees and makes keys.',
  make: 'Make a key',
  name: 'Name',
  nameHelp: 'What the key is for. Every change that is made with it says this name.',
  scope: 'Scope',
  used: 'Last used',
  never: 'Never',
  expires: 'Expires',
  neverExpires: 'Never',
  inDays: 'In {{number}} days',
  revoke: 'Revoke',
  revokeOne: 'Revoke {{name}}',
  revokeHelp: 'Programs that use this key stop working at once. The key never comes back.',
  once: 'Copy the key now',
  onceHelp: 'It is shown this once. Nobody can read it again, not even an administrator.',
}

export const scopes = {
  agent: { name: 'Agent', may: 'For people who answer contacts: writes contacts, companies, conversations and notes, merges and blocks.' },
  marketer: { name: 'Marketer', may: 'For people who build segments: writes contacts, companies, attributes, segments and audiences.' },
  campaign: { name: 'Campaign', may: 'For programs that send: takes snapshots, makes audiences and reports back.' },
  ai: { name: 'Assistant', may: 'For AI assistants: writes contacts, conversations and notes, which is marked as theirs.' },
  admin: { name: 'Administrator', may: 'Everything: also deletes contacts, changes settings and hands out keys.' },
}
