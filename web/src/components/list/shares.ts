// How wide columns are beside each other: e-mails are long, and numbers are short.
const shares: Record<string, number> = { email: 1.6, labels: 1.6, phone: 1.1, contacts_count: 0.7, conversations_count: 0.8, type: 0.8 }

/** shareOf is the share of the width that the column of a field has. Most have 1. */
export const shareOf = (field: string) => shares[field] ?? 1
