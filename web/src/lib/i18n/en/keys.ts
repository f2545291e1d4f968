/** The texts of keys and scopes. */
export const keys = {
  about: 'A program uses a key. A colleague signs in with a link or a password.',
  forbidden: 'Only an administrator can see and make keys.',
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
  onceHelp: 'Kundi shows it only now. Nobody can read it again later, not even an administrator.',
}

export const scopes = {
  agent: { name: 'Agent', may: 'For support: may change people, companies, conversations and notes, and may merge and block people.' },
  marketer: { name: 'Marketer', may: 'For marketing: may change people, companies, attributes, segments and audiences.' },
  campaign: { name: 'Campaign', may: 'For programs that send: may take snapshots, make audiences and report what became of them.' },
  ai: { name: 'Assistant', may: 'For AI assistants: may change people, conversations and notes. What they change is marked as theirs.' },
  admin: { name: 'Administrator', may: 'May do everything: also delete people, change settings and make keys.' },
}
