// How wide columns are beside each other: a phone number is of use as a whole only, e-mails are long, and numbers are short.
const shares: Record<string, number> = { email: 1.4, labels: 1.6, phone: 1.17, last_seen_at: 1.2, created_at: 1.2, updated_at: 1.2, contacts_count: 0.7, conversations_count: 0.8, type: 0.8 }

/** shareOf is the share of the width that the column of a field has. Most have 1. */
export const shareOf = (field: string) => shares[field] ?? 1
