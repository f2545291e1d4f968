/** The scopes of people and keys. */
export type Scope = 'agent' | 'ai' | 'marketer' | 'campaign' | 'admin'

/** What the console offers by scope. The server decides; this only leaves out what it would refuse. */
export const may = {
  writeContacts: ['agent', 'marketer', 'admin'],
  deleteContacts: ['admin'],
  readPersonalData: ['admin'],
  writeConversations: ['agent', 'admin'],
  liftSuppressions: ['marketer', 'campaign', 'admin'],
  writeConsent: ['agent', 'admin'],
  mergeAndBlock: ['agent', 'admin'],
  writeNotes: ['agent', 'admin'],
  writeCompanies: ['agent', 'marketer', 'admin'],
  writeSegments: ['marketer', 'admin'],
  refreshSegments: ['marketer', 'campaign', 'admin'],
  writeAudiences: ['marketer', 'campaign', 'admin'],
  deleteAudiences: ['marketer', 'admin'],
  writeAttributes: ['marketer', 'admin'],
  deleteAttributes: ['admin'],
  readKeys: ['admin'],
  writeSettings: ['admin'],
} as const satisfies Record<string, readonly Scope[]>

/** Right is something that only some scopes may do. */
export type Right = keyof typeof may

/** allows says whether a scope may do something. */
export function allows(scope: Scope, right: Right): boolean {
  return (may[right] as readonly Scope[]).includes(scope)
}
