// How wide columns are beside each other: e-mails are long, and numbers are short.
const shares: Record<string, number> = { email: 1.6, labels: 1.6, phone: 1.1, contacts_count: 0.7, conversations_count: 0.8, type: 0.8 }

// How wide the columns are at least whose values are of use as a whole only, in pixels.
const leasts: Record<string, number> = { phone: 136, last_seen_at: 142, created_at: 142, updated_at: 142, conversations_count: 96 }

/** The least width of a column whose share is 1, in pixels. */
const leastColumn = 88

/** shareOf is the share of the width that the column of a field has. Most have 1. */
export const shareOf = (field: string) => shares[field] ?? 1

/** leastOf is the least width of the column of a field, in pixels. */
export const leastOf = (field: string) => leasts[field] ?? leastColumn * shareOf(field)
