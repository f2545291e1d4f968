/** valueIn is what a record has in a field that is named as in filters, like email, company.country or attributes.tier. */
export function valueIn(record: object, field: string): unknown {
  let value: unknown = record
  for (const part of field.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}
