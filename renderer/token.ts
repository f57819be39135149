/**
 * The browser door's one-time token: it arrives in the address's fragment (`#token=...`), is kept for this tab alone, and
 * leaves the address at once, so that a reload works and a copied address gives nothing away.
 */

const KEY = 'inkling-token'
const PREFIX = '#token='

/** Takes the token out of the address when one stands there; true when it did. */
export function takeToken(): boolean {
  if (!location.hash.startsWith(PREFIX)) return false
  const token = decodeURIComponent(location.hash.slice(PREFIX.length).split('&')[0] ?? '')
  if (token !== '') sessionStorage.setItem(KEY, token)
  history.replaceState(null, '', '#/')
  return token !== ''
}

export function readToken(): string | null {
  return sessionStorage.getItem(KEY)
}
