/** quoted is a text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** curlOf is a request of the API as a line for a shell. The key stays out of it. */
export function curlOf(url: string, body?: unknown): string {
  const lines = [`curl -s ${quoted(url)}`, `-H "Authorization: Bearer $KEY"`]
  if (body !== undefined) lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`)
  return lines.join(' \\\n  ')
}
