import { setNonce } from 'get-nonce'

/** nonce is what this answer of the server allows style elements by. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

// The lock of scrolling behind a dialog makes a style element, too.
setNonce(nonce)
