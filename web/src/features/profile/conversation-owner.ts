interface Owner {
  id: string
  absorbed?: readonly { id: string }[] | undefined
}

/** isOf says whether a conversation belongs to a contact, or to one that was merged into it. */
export function isOf({ contact_id }: { contact_id: string }, { id, absorbed = [] }: Owner): boolean {
  return contact_id === id || absorbed.some((one) => one.id === contact_id)
}
