/**
 * Addresses of the page in its window, and what counts as its own. They are compared by scheme and host: Node's `URL` gives every
 * address of a scheme that it does not know the origin "null".
 */

export const SCHEME = 'inkling'
export const HOST = 'app'
export const ORIGIN = `${SCHEME}://${HOST}`

/** An address of the page itself, such as `inkling://app/train`. */
export function isPage(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === `${SCHEME}:` && url.host === HOST
}

/** Something that the page itself made in memory, such as a file to be saved: `blob:inkling://app/...`. */
export function isMadeByPage(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'blob:' && isPage(url.pathname)
}

/** What the window may load: the page, what it makes in memory, and the developer tools' own files. */
export function mayLoad(address: string): boolean {
  if (isPage(address) || isMadeByPage(address)) return true
  const protocol = URL.parse(address)?.protocol
  return protocol === 'data:' || protocol === 'devtools:'
}
