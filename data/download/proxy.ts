/**
 * The proxy settings of the environment, as Node's agents take them: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in small
 * letters too. Node passes over a proxy that it cannot use; here it is an error, since the person meant something by it.
 * See https://nodejs.org/docs/latest-v24.x/api/http.html#built-in-proxy-support
 */
import type { Environment } from '../data-directory.ts'
import { AppError } from '../error.ts'

/** Small letters win where both are set, as in Node and curl. */
const variables = { 'https:': ['https_proxy', 'HTTPS_PROXY'], 'http:': ['http_proxy', 'HTTP_PROXY'] } as const

const names = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'] as const

/**
 * The environment with proxies as addresses: `proxy.example.org:3128` becomes `http://proxy.example.org:3128`.
 * @throws download/bad-address
 */
export function readProxies(env: Environment): Environment {
  const proxies = names.flatMap((name) => {
    const value = env[name] ?? ''
    return value === '' ? [] : [[name, addressOf(name, value)] as const]
  })
  return { ...env, ...Object.fromEntries(proxies) }
}

function addressOf(name: string, value: string): string {
  const address = value.includes('://') ? value : `http://${value}`
  const parsed = URL.parse(address)
  if (parsed !== null && (parsed.protocol === 'http:' || parsed.protocol === 'https:')) return address
  // Without its value: there may be a password in it.
  throw new AppError(
    'download/bad-address',
    `${name} names a proxy that Inkling cannot use. Expected is an address such as http://proxy.example.org:3128. Correct it, or clear it to ask the mirrors directly.`,
    { details: { variable: name } },
  )
}

/** How a failure names the proxy that a mirror is asked through, without its password; null where there is none. */
export function describeProxy(env: Environment, mirrors: readonly string[]): string | null {
  for (const mirror of mirrors) {
    const protocol = URL.parse(mirror)?.protocol
    if (protocol !== 'https:' && protocol !== 'http:') continue
    const name = variables[protocol].find((candidate) => (env[candidate] ?? '') !== '')
    const host = name === undefined ? undefined : URL.parse(env[name] ?? '')?.host
    if (name !== undefined && host !== undefined) return `${name} sends Inkling through the proxy ${host}`
  }
  return null
}
