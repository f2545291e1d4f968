/**
 * newKey names a request that happens once, however often it is sent. Browsers give randomUUID only to pages that come
 * over https or from the same machine; Kundi is served over plain http, too.
 */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
