/**
 * The system's proxy setting, for downloads: Electron knows it, the engine's process does not. It is handed on as
 * `HTTPS_PROXY`, unless the person has named a proxy there already.
 */
import type { Session } from 'electron'

/** Any address outside: for systems with one proxy for all. */
const OUTSIDE = 'https://ossci-datasets.s3.amazonaws.com/'
/** Milliseconds that the start waits for the answer, which may need a script from the network. */
const PATIENCE = 500

const named = ['HTTPS_PROXY', 'https_proxy'] as const

/** Sets `HTTPS_PROXY` for the processes that are started from now on. */
export async function adoptSystemProxy(session: Pick<Session, 'resolveProxy'>, env: NodeJS.ProcessEnv): Promise<void> {
  if (named.some((name) => (env[name] ?? '') !== '')) return
  try {
    const late = new Promise<string>((resolve) => {
      setTimeout(() => resolve('DIRECT'), PATIENCE)
    })
    const address = proxyAddress(await Promise.race([session.resolveProxy(OUTSIDE), late]))
    if (address !== null) env['HTTPS_PROXY'] = address
  } catch (error) {
    console.warn("Inkling: the system's proxy setting could not be read; downloads go without it:", error)
  }
}

/**
 * The address of the first proxy in an answer such as `PROXY proxy.example.org:3128; DIRECT`, or null for a direct connection
 * and for kinds that Node's HTTP cannot use (SOCKS).
 */
export function proxyAddress(answer: string): string | null {
  for (const entry of answer.split(';')) {
    const [kind = '', host = ''] = entry.trim().split(/\s+/)
    if (kind === 'DIRECT') return null
    if (kind === 'PROXY' && host !== '') return `http://${host}`
    if (kind === 'HTTPS' && host !== '') return `https://${host}`
  }
  return null
}
