/** offsetOf is where `cel:LINE:COLUMN` is in a text, in UTF-16 units; both are counted from 1, columns in characters. */
export function offsetOf(text: string, location: string): number | undefined {
  const found = /^cel:(\d+):(\d+)$/.exec(location)
  if (!found) return undefined
  const lines = text.split('\n')
  const line = Number(found[1]) - 1
  const before = lines.slice(0, line).reduce((length, one) => length + one.length + 1, 0)
  const column = Array.from(lines[line] ?? '').slice(0, Number(found[2]) - 1)
  return Math.min(before + column.join('').length, text.length)
}
