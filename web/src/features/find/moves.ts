/** Place is what is active in Find: a company, or with -1 the row of a person (-1 for none). */
export interface Place {
  company: number
  row: number
}

/**
 * moved is where an arrow leads: down the rows, and up from the first row through the companies above it. Without people the
 * arrows go through the companies alone.
 */
export function moved({ company, row }: Place, step: 1 | -1, there: { companies: number; rows: number }): Place {
  if (there.rows === 0) {
    return { row, company: Math.min(there.companies - 1, Math.max(company < 0 ? -1 : 0, company + step)) }
  }
  if (company >= 0) return { row, company: Math.min(there.companies - 1, company - step) }
  if (step < 0 && row <= 0 && there.companies > 0) return { row, company: 0 }
  return { row: Math.max(0, Math.min(there.rows - 1, row + step)), company }
}
