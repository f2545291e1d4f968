/** missing says whether there is no value, as the API means it: nothing, an empty text, an empty list. */
export function missing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** same compares two values of a field, whatever the order of their members. All missing values are the same. */
export function same(a: unknown, b: unknown): boolean {
  if (missing(a) || missing(b)) return missing(a) && missing(b)
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, i) => same(one, b[i]))
  }
  if (typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b)
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => same(left[key], right[key]))
}
