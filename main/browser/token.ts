/** The secret in the browser door's address: whoever shows it may command the engine. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 256 random bits in the letters that a fragment and a WebSocket subprotocol both allow. */
export function createToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Compares in a time that depends on neither. */
export function sameToken(given: string, expected: string): boolean {
  const digest = (token: string): Buffer => createHash('sha256').update(token).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
