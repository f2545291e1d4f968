import { parseSearchWith, stringifySearchWith } from '@tanstack/react-router'

/**
 * valueOf reads a value of an address: lists and records, and texts in quotes. All else is a text as it stands there, for
 * which it throws: ?q=1e5 looks for "1e5" and ?q=true for "true", not for what they mean in a program.
 */
function valueOf(text: string): unknown {
  if (!/^\s*["[{]/.test(text)) throw new SyntaxError('a plain text')
  return JSON.parse(text)
}

const parse = parseSearchWith(valueOf)

/** parseSearch reads the part of an address after the question mark. */
export function parseSearch(search: string): Record<string, unknown> {
  // The router makes numbers and flags of what says just that; nothing is lost in that.
  return Object.fromEntries(Object.entries(parse(search)).map(([name, value]) => [name, isPlain(value) ? String(value) : value]))
}

const isPlain = (value: unknown) => typeof value === 'number' || typeof value === 'boolean'

/** stringifySearch writes what parseSearch reads. */
export const stringifySearch = stringifySearchWith(JSON.stringify, valueOf)
