/**
 * The near end of the contract: a typed `call` for each command and `on` for each event. It takes types alone from
 * commands.ts, since zod must not run in a page under a strict content security policy.
 */
import { createBirpc } from 'birpc'
import { AppError, fromErrorPayload } from '../../data/error.ts'
import type { Channel } from './channel.ts'
import type { ArgumentsOf, CommandName, ResultOf } from './commands.ts'
import type { EventName, Events } from './events.ts'
import { EVENT, rpcOptions } from './message.ts'

export type Client = {
  /**
   * Rejects with an AppError: what the handler threw, `channel/bad-arguments`, `channel/closed` when the channel ends first,
   * `engine/crashed` when the engine dies first.
   */
  call<Name extends CommandName>(name: Name, input: ArgumentsOf<Name>): Promise<ResultOf<Name>>
  /** Returns the function that ends the subscription. */
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
  /** Called once when the channel has ended, with why. */
  onClose(listener: (reason: AppError) => void): void
  close(): void
}

type Remote = Record<string, (input: unknown) => unknown>

export function createClient(channel: Channel): Client {
  /** Kept under their event's name, which is why the payload that they get is theirs. */
  const listeners = new Map<EventName, Set<(payload: unknown) => void>>()
  let closedWith: AppError | null = null
  /** Set while there is no engine and none will come. */
  let failedWith: AppError | null = null

  function deliver<Name extends EventName>(name: Name, payload: Events[Name]): void {
    if (name === 'engine.changed') engineChanged(payload as Events['engine.changed'])
    for (const listener of listeners.get(name) ?? []) listener(payload)
  }

  function engineChanged({ state, problem }: Events['engine.changed']): void {
    const error =
      problem === null
        ? new AppError('engine/crashed', 'The engine ended and is being started again. Try again in a moment.')
        : fromErrorPayload(problem)
    failedWith = state === 'failed' ? error : null
    if (state === 'restarting' || state === 'failed') void rpc.$rejectPendingCalls(({ reject }) => reject(error))
  }

  const rpc = createBirpc<Remote, { event: typeof deliver }, false>(
    { [EVENT]: deliver },
    {
      ...rpcOptions(channel),
      // A listener that throws is a bug of the page and not of the channel: let the page report it.
      onFunctionError: (error) => reportLater(error),
      onGeneralError: (error) => {
        if (!(error instanceof AppError) || error.code !== 'channel/bad-message') return false
        reportLater(error)
        return true
      },
    },
  )
  channel.onClose((reason) => {
    closedWith = reason
    rpc.$close(reason)
  })

  return {
    async call<Name extends CommandName>(name: Name, input: ArgumentsOf<Name>): Promise<ResultOf<Name>> {
      const problem = closedWith ?? failedWith
      if (problem !== null) throw problem
      // The server answers a command with the result that the contract names.
      return (await rpc.$call(name, input)) as ResultOf<Name>
    },
    on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void) {
      const own = listener as (payload: unknown) => void
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(own))
      return () => {
        set.delete(own)
      }
    },
    onClose: (listener) => channel.onClose(listener),
    close: () => channel.close(),
  }
}

/** Throws outside of the channel's own work, where the page's error handler sees it. */
function reportLater(error: unknown): true {
  setTimeout(() => {
    throw error
  })
  return true
}
