import type { Contact } from '../queries'

/** Named is what somebody is called, and who took them over when they were merged meanwhile. */
export interface Named {
  name: string
  into?: { id: string; name: string }
}

/** Names are those of contacts, by their ids; those who are deleted have none. */
export type Names = ReadonlyMap<string, Named>

type Someone = Pick<Contact, 'id' | 'name' | 'email' | 'phone' | 'identifier' | 'absorbed'>

/** namesIn are the names of contacts, and of those who were merged into them: whoever asks for one of these gets the survivor. */
export function namesIn(contacts: readonly Someone[]): Names {
  return new Map(
    contacts.flatMap((contact): [string, Named][] => [
      [contact.id, { name: called(contact) }],
      ...(contact.absorbed ?? []).map((gone): [string, Named] => [gone.id, { name: called(gone), into: { id: contact.id, name: called(contact) } }]),
    ]),
  )
}

const called = ({ name, email, phone, identifier }: Omit<Someone, 'absorbed'>) => name ?? email ?? phone ?? identifier ?? ''
