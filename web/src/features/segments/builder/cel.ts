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

/** quoted is a text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** curlOf is a request of the API as a line for a shell. The key stays out of it. */
export function curlOf(url: string, body?: unknown): string {
  const lines = [`curl ${quoted(url)}`, `-H "Authorization: Bearer $KUNDI_KEY"`]
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`)
  return lines.join(' \\\n  ')
}
