/**
 * One GET over HTTP or HTTPS: redirects are followed, a connection that stands still is given up, and the proxy settings of
 * the environment are respected by Node's own agents.
 */
import { lookup } from 'node:dns'
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { createSecureContext, getCACertificates } from 'node:tls'
import type { Environment } from '../data-directory.ts'
import { describeFailure, MirrorFailure } from './failure.ts'
import { isWebAddress } from './offers.ts'
import { readProxies } from './proxy.ts'

const MAX_REDIRECTS = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export type RequestOptions = {
  /** First byte that is wanted; 0 for the whole file. */
  readonly offset: number
  readonly signal: AbortSignal
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stall: number
}

/** The head of an answer, whose body is still to come. */
export type Answer = {
  readonly status: number
  /** `404 Not Found`. */
  readonly statusLine: string
  readonly header: (name: string) => string | undefined
  /** The body's bytes as they come. Throws MirrorFailure. */
  readonly body: AsyncGenerator<Uint8Array, void, undefined>
  /** Closes the connection, whether the body was read or not. */
  readonly close: () => void
}

/** What requests share: whom to trust, and by which proxy to go. */
export class Requester {
  readonly #env: Environment
  readonly #http: HttpAgent
  #https: HttpsAgent | null = null
  readonly #lookup: LookupFunction

  /** `findHost` asks for the address of a name. @throws download/bad-address */
  constructor(env: Environment = process.env, findHost: LookupFunction = lookup) {
    this.#lookup = findHost
    this.#env = readProxies(env)
    this.#http = new HttpAgent({ proxyEnv: this.#env })
  }

  /**
   * Asks for a file and follows where it is sent.
   * @throws MirrorFailure; the signal's reason when it is aborted
   */
  async get(address: string, options: RequestOptions): Promise<Answer> {
    let target = new URL(address)
    for (let followed = 0; followed <= MAX_REDIRECTS; followed += 1) {
      const answer = await this.#ask(target, options)
      if (!redirects.has(answer.status)) return answer
      answer.close()
      target = redirected(target, answer)
    }
    throw new MirrorFailure('refused', `led from address to address, more than ${MAX_REDIRECTS} times`)
  }

  async #ask(target: URL, { offset, signal, stall }: RequestOptions): Promise<Answer> {
    signal.throwIfAborted()
    const watch = new StallWatch(stall)
    const name = watched(this.#lookup)
    const headers = {
      // The bytes as they are: they are checked as they are.
      'Accept-Encoding': 'identity',
      'User-Agent': 'Inkling',
      ...(offset > 0 ? { Range: `bytes=${offset}-` } : {}),
    }
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const secure = target.protocol === 'https:'
        const shared = { headers, signal, lookup: name.lookup }
        const outgoing = secure
          ? requestHttps(target, { ...shared, agent: this.#secureAgent() })
          : requestHttp(target, { ...shared, agent: this.#http })
        watch.start((failure) => outgoing.destroy(name.isAsked() ? notFound() : failure))
        outgoing.on('response', resolve)
        outgoing.on('error', reject)
        outgoing.end()
      })
      return answerOf(response, watch, signal)
    } catch (cause) {
      watch.stop()
      signal.throwIfAborted()
      throw describeFailure(cause)
    }
  }

  /** Trusts the authorities that Node ships and those of this computer: a school's filter often has its own. */
  #secureAgent(): HttpsAgent {
    const ca = (): string[] => [...getCACertificates('default'), ...ofThisComputer()]
    this.#https ??= new HttpsAgent({ proxyEnv: this.#env, secureContext: createSecureContext({ ca: ca() }) })
    return this.#https
  }
}

/** A lookup that knows whether it waits for its answer: without a network there may be none for a long time. */
function watched(findHost: LookupFunction): { readonly lookup: LookupFunction; readonly isAsked: () => boolean } {
  let asked = false
  return {
    isAsked: () => asked,
    lookup: (name, options, done) => {
      asked = true
      findHost(name, options, (...answer) => {
        asked = false
        done(...answer)
      })
    },
  }
}

function notFound(): MirrorFailure {
  return new MirrorFailure('refused', 'could not be looked up', { offline: true })
}

function ofThisComputer(): string[] {
  try {
    return getCACertificates('system')
  } catch (error) {
    console.warn('Inkling: the certificates of this computer could not be read; those of Node are used alone:', error)
    return []
  }
}

function redirected(from: URL, answer: Answer): URL {
  const location = answer.header('location')
  const target = location === undefined ? null : URL.parse(location, from.href)
  if (target === null) throw new MirrorFailure('refused', `answered ${answer.statusLine} without saying where to`)
  if (!isWebAddress(target)) {
    throw new MirrorFailure('refused', `led to an address that is neither http nor https (${target.protocol})`)
  }
  return target
}

function answerOf(response: IncomingMessage, watch: StallWatch, signal: AbortSignal): Answer {
  const body = new Body(response, watch)
  const status = response.statusCode ?? 0
  return {
    status,
    statusLine: `${status} ${response.statusMessage ?? ''}`.trim(),
    header: (name) => {
      const value = response.headers[name]
      return Array.isArray(value) ? value[0] : value
    },
    body: body.read(signal),
    close: () => body.close(),
  }
}

/** Bytes that may wait to be written to disk; beyond that the mirror waits. */
const MAX_WAITING = 2 ** 20

/**
 * The bytes of an answer, in order. What came before a connection was cut is given too: the stream itself would drop
 * what it had not handed over yet.
 */
class Body {
  readonly #response: IncomingMessage
  readonly #watch: StallWatch
  readonly #chunks: Uint8Array[] = []
  #waiting = 0
  #ended = false
  #failure: unknown = null
  #wake = (): void => undefined

  constructor(response: IncomingMessage, watch: StallWatch) {
    this.#response = response
    this.#watch = watch
    watch.start((failure) => response.destroy(failure))
    response.on('data', (chunk: Uint8Array) => {
      watch.alive()
      this.#chunks.push(chunk)
      this.#waiting += chunk.length
      if (this.#waiting > MAX_WAITING) response.pause()
      this.#wake()
    })
    response.on('error', (failure) => {
      this.#failure ??= failure
      this.#wake()
    })
    response.on('close', () => {
      this.#ended = true
      this.#wake()
    })
  }

  /** @throws MirrorFailure */
  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      signal.throwIfAborted()
      const chunk = this.#chunks.shift()
      if (chunk !== undefined) {
        this.#waiting -= chunk.length
        if (this.#waiting <= MAX_WAITING) this.#response.resume()
        // While the disk is written to, the mirror is not to blame.
        this.#watch.hold()
        yield chunk
        this.#watch.release()
      } else if (this.#failure !== null) {
        throw describeFailure(this.#failure)
      } else if (this.#ended) {
        return
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }

  close(): void {
    this.#watch.stop()
    this.#response.destroy()
  }
}

/** Looks in a row at which nothing has come since the last one, after which a connection is given up. */
const LOOKS = 10

/**
 * Ends what stands still. It looks several times, so that only time in which this program ran counts: after the computer has
 * slept, or was busy, what waits in the connection is read before the next look.
 */
class StallWatch {
  readonly #milliseconds: number
  #timer: NodeJS.Timeout | null = null
  #quiet = 0
  #held = false

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  /** From now on it is `end` that is called after the time has passed without `alive`. */
  start(end: (failure: MirrorFailure) => void): void {
    this.stop()
    this.release()
    this.#timer = setInterval(() => {
      if (this.#held) return
      this.#quiet += 1
      if (this.#quiet < LOOKS) return
      this.stop()
      const seconds = Math.max(1, Math.round(this.#milliseconds / 1000))
      end(new MirrorFailure('silent', `sent nothing for ${seconds} s`))
    }, this.#milliseconds / LOOKS)
  }

  alive(): void {
    this.#quiet = 0
  }

  /** Until `release` nothing is expected of the connection. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.#quiet = 0
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }
}
