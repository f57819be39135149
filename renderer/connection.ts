/**
 * The page's one connection to the engine: a client that outlives the channel beneath it. It connects again when the door
 * comes back, knows how the engine fares, and gives components the commands of the contract as hooks.
 */
import { useCallback, useEffect, useRef, useState } from 'react'
import { createStore, useStore } from 'zustand'
import { AppError, toErrorPayload } from '../data/error.ts'
import type { ErrorPayload } from '../data/error.ts'
import type { Channel } from '../main/contract/channel.ts'
import { createClient } from '../main/contract/client.ts'
import type { Client } from '../main/contract/client.ts'
import type { ArgumentsOf, CommandName, ResultOf } from '../main/contract/commands.ts'
import type { EventName, Events } from '../main/contract/events.ts'
import type { EngineState } from '../main/contract/types.ts'
import { openChannel } from './channel.ts'
import { isEngineLoss } from './engine-loss.ts'

/** `lost`: the door is gone and is tried again. `refused`: the token is missing or old; only a new address helps. */
type ConnectionStatus = 'connecting' | 'connected' | 'lost' | 'refused'

type ConnectionState = {
  readonly status: ConnectionStatus
  readonly engine: EngineState
  /** Why the engine cannot run; set with `engine: 'failed'`. */
  readonly problem: ErrorPayload | null
  /** Grows each time an engine is there anew: what is shown is then read again. */
  readonly generation: number
  /** The engine was restarted and nobody has put the notice away yet. */
  readonly restarted: boolean
  /** Parts of the page that tell it themselves, together with what it meant for them; the frame is silent then. */
  readonly tellers: number
}

const store = createStore<ConnectionState>(() => ({
  status: 'connecting',
  engine: 'starting',
  problem: null,
  generation: 0,
  restarted: false,
  tellers: 0,
}))

/** Milliseconds until the next try; grows with each failure. */
const RETRY_DELAYS = [250, 500, 1000, 2000, 4000] as const

let current: Client | null = null
let failures = 0
let retryTimer: ReturnType<typeof setTimeout> | null = null

type AnyListener = (payload: never) => void
const listeners = new Map<EventName, Set<AnyListener>>()
const attached = new Set<EventName>()

function attach(name: EventName): void {
  if (current === null || attached.has(name)) return
  attached.add(name)
  current.on(name, (payload) => {
    for (const listener of listeners.get(name) ?? []) listener(payload as never)
  })
}

function connected(event: Events['engine.changed']): void {
  failures = 0
  store.setState((state) => ({
    status: 'connected',
    engine: event.state,
    problem: event.problem,
    generation: event.state === 'running' ? state.generation + 1 : state.generation,
    restarted: state.restarted || event.state === 'restarting',
  }))
}

function lost(reason: AppError): void {
  current = null
  attached.clear()
  if (reason.code === 'channel/refused') {
    store.setState({ status: 'refused' })
    return
  }
  store.setState((state) => ({ status: state.generation === 0 && failures < 2 ? 'connecting' : 'lost' }))
  const delay = RETRY_DELAYS[Math.min(failures, RETRY_DELAYS.length - 1)] ?? 4000
  failures += 1
  retryTimer = setTimeout(connect, delay)
}

/** Opens a channel, now; called at the start and when a person or a new address asks for it. */
export function connect(): void {
  if (retryTimer !== null) clearTimeout(retryTimer)
  retryTimer = null
  if (current !== null) return
  let channel: Channel
  try {
    channel = openChannel()
  } catch (thrown) {
    lost(asAppError(thrown))
    return
  }
  const opened = createClient(channel)
  current = opened
  opened.on('engine.changed', connected)
  for (const name of listeners.keys()) attach(name)
  opened.onClose((reason) => {
    if (current === opened) lost(reason)
  })
}

/** Ends the connection and opens another one, with what the address says now. */
export function reconnect(): void {
  const old = current
  current = null
  attached.clear()
  old?.close()
  failures = 0
  store.setState({ status: 'connecting' })
  connect()
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const payload = toErrorPayload(thrown)
  return new AppError(payload.code, payload.message, { cause: thrown })
}

/** The commands and events of the contract; the same object for the page's whole life. */
export type PageClient = Pick<Client, 'call' | 'on'>

export const client: PageClient = {
  async call<Name extends CommandName>(name: Name, input: ArgumentsOf<Name>): Promise<ResultOf<Name>> {
    if (current === null) {
      throw new AppError(
        'channel/closed',
        'There is no connection to Inkling now. It is tried again every few seconds.',
      )
    }
    return await current.call(name, input)
  },
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void) {
    const set = listeners.get(name) ?? new Set<AnyListener>()
    listeners.set(name, set)
    set.add(listener)
    attach(name)
    return () => {
      set.delete(listener)
    }
  },
}

export function useClient(): PageClient {
  return client
}

export function useConnection<T>(selector: (state: ConnectionState) => T): T {
  return useStore(store, selector)
}

/** Calls `listener` each time an engine is there anew: at the start, after a restart, after the door came back. */
export function onEngineReady(listener: () => void): () => void {
  if (store.getState().generation > 0) listener()
  return store.subscribe((state, previous) => {
    if (state.generation !== previous.generation) listener()
  })
}

/** Puts the notice of the restart away. */
export function dismissRestart(): void {
  store.setState({ restarted: false })
}

/** For what tells of the engine's end by itself while it is shown, as the banner of an interrupted run does. */
export function useTellsRestart(): void {
  useEffect(() => {
    store.setState(({ tellers }) => ({ tellers: tellers + 1 }))
    return () => {
      store.setState(({ tellers }) => ({ tellers: tellers - 1 }))
    }
  }, [])
}

/** Calls the newest `listener` for each event of this name while the component is shown. */
export function useEvent<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): void {
  const newest = useRef(listener)
  useEffect(() => {
    newest.current = listener
  })
  useEffect(() => client.on(name, (payload) => newest.current(payload)), [name])
}

export type CommandResult<Result> = {
  /** The newest answer. With new arguments the old answer stays until the new one is here only if `keep` was asked for. */
  readonly data: Result | null
  readonly error: AppError | null
  readonly loading: boolean
  readonly reload: () => void
}

type Answer<Result> = { readonly key: string; readonly data: Result | null; readonly error: AppError | null }

/**
 * Runs a command that reads, and again when its arguments change, when one of the events `refetchOn` comes, and when the
 * engine is there anew. With null as input it waits. A lost engine is no error of the command: the frame tells it, the old answer
 * stays, and the new engine is asked again.
 */
export function useCommand<Name extends CommandName>(
  name: Name,
  input: ArgumentsOf<Name> | null,
  options: { readonly refetchOn?: readonly EventName[]; readonly keep?: boolean } = {},
): CommandResult<ResultOf<Name>> {
  const { refetchOn = [], keep = false } = options
  const generation = useConnection((state) => state.generation)
  const [answer, setAnswer] = useState<Answer<ResultOf<Name>> | null>(null)
  const [loading, setLoading] = useState(false)
  const [round, setRound] = useState(0)
  const key = input === null ? '' : `${name} ${JSON.stringify(input)}`
  const newestInput = useRef(input)
  useEffect(() => {
    newestInput.current = input
  })

  useEffect(() => {
    const wanted = newestInput.current
    if (key === '' || generation === 0 || wanted === null) return
    let outdated = false
    setLoading(true)
    client
      .call(name, wanted)
      .then((data) => {
        if (!outdated) setAnswer({ key, data, error: null })
      })
      .catch((thrown: unknown) => {
        const error = asAppError(thrown)
        if (!outdated && !isEngineLoss(error)) setAnswer({ key, data: null, error })
      })
      .finally(() => {
        if (!outdated) setLoading(false)
      })
    return () => {
      outdated = true
    }
  }, [name, key, generation, round])

  const reload = useCallback(() => {
    setRound((count) => count + 1)
  }, [])
  const events = refetchOn.join(' ')
  useEffect(() => {
    const stops = events
      .split(' ')
      .filter((event): event is EventName => event !== '')
      .map((event) => client.on(event, reload))
    return () => {
      for (const stop of stops) stop()
    }
  }, [events, reload])

  const shown = answer !== null && (answer.key === key || (keep && answer.error === null)) ? answer : null
  const waiting = key !== '' && (loading || shown === null || shown.key !== key)
  return { data: shown?.data ?? null, error: shown?.error ?? null, loading: waiting, reload }
}
