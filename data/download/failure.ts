/** What can go wrong between here and a mirror, in words that a person understands. */

/**
 * - `cut`: the connection ended; asking the same mirror again may help.
 * - `silent`: nothing came any more; asking again may help if something came before.
 * - `refused`: this mirror does not give the file; another one may.
 */
export type FailureKind = 'cut' | 'silent' | 'refused'

/** Why one mirror did not give a file. `message` completes the sentence "<mirror> ...", without a full stop. */
export class MirrorFailure extends Error {
  readonly kind: FailureKind
  /** There seems to be no network at all. */
  readonly offline: boolean

  constructor(kind: FailureKind, message: string, options: { offline?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'MirrorFailure'
    this.kind = kind
    this.offline = options.offline ?? false
  }
}

const nameErrors: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA'])
const routeErrors: ReadonlySet<string> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'])
const cutErrors: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])

/** Certificate errors have many codes, of OpenSSL and of Node. */
const certificate = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/

/** What a failed request or a broken answer says. */
export function describeFailure(cause: unknown): MirrorFailure {
  if (cause instanceof MirrorFailure) return cause
  const code = codeOf(cause)
  if (nameErrors.has(code)) return new MirrorFailure('refused', 'could not be looked up', { offline: true, cause })
  if (routeErrors.has(code)) return new MirrorFailure('refused', 'cannot be reached', { offline: true, cause })
  if (code === 'ECONNREFUSED') return new MirrorFailure('refused', 'refused the connection', { cause })
  if (code === 'ETIMEDOUT') return new MirrorFailure('silent', 'did not answer in time', { cause })
  if (cutErrors.has(code)) return new MirrorFailure('cut', 'ended the connection', { cause })
  if (code.startsWith('HPE_'))
    return new MirrorFailure('refused', 'answered with something that is not HTTP', { cause })
  if (code.startsWith('ERR_PROXY') || code === 'ERR_INVALID_URL') {
    return new MirrorFailure('refused', `could not be asked through the proxy (${messageOf(cause)})`, { cause })
  }
  if (certificate.test(code)) {
    return new MirrorFailure('refused', `showed a certificate that is not trusted (${code})`, { cause })
  }
  return new MirrorFailure('refused', `could not be asked (${messageOf(cause)})`, { cause })
}

function codeOf(cause: unknown): string {
  // A host with several addresses fails with one error for each.
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0])
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}

function messageOf(cause: unknown): string {
  return cause instanceof Error && cause.message !== '' ? cause.message : codeOf(cause) || String(cause)
}
