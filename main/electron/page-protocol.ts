/** The scheme `inkling:`, by which the window gets the page's files; there is no server and no file: address. */
import { protocol, type Session } from 'electron'
import type { PageFiles } from '../page/page-files.ts'
import { securityHeaders } from '../page/security-headers.ts'
import { isPage, SCHEME } from './addresses.ts'

/** A standard, secure scheme, so that the page has an origin, storage and modules as any other. Call before the app is ready. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges }])
}

export function servePage(session: Session, files: PageFiles): void {
  session.protocol.handle(SCHEME, async (request) => {
    if (!isPage(request.url) || request.method !== 'GET') {
      return new Response('This address leads nowhere.', { status: 403, headers: { ...securityHeaders } })
    }
    const { status, headers, body } = await files.answer(new URL(request.url).pathname)
    return new Response(body, { status, headers: { ...headers } })
  })
}
