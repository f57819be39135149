/**
 * The far end of the contract: answers commands with an engine's handlers and passes its events on. The only place where
 * arguments are checked at run time.
 */
import { createBirpc } from 'birpc'
import type { z } from 'zod'
import { AppError } from '../../data/error.ts'
import type { Channel } from './channel.ts'
import { commands, type ArgumentsOf, type CommandName, type Handlers } from './commands.ts'
import type { EventListener, EventName, Events } from './events.ts'
import { EVENT, rpcOptions } from './message.ts'
import { faultIn } from './plain-arguments.ts'

/** What a server needs of an engine. `onEvent` returns the function that ends the subscription. */
export type Service = {
  readonly handlers: Handlers
  onEvent(listener: EventListener): () => void
}

/** Problems of arguments that an error names, and characters of each: what is wrong in a thousand places is wrong in one way. */
const MOST_TOLD = 5
const LONGEST_TOLD = 200

type Remote = { [EVENT]: <Name extends EventName>(name: Name, payload: Events[Name]) => void }

/** Serves one client until its channel ends. A message that is not of the contract ends that channel and nothing else. */
export function serve(channel: Channel, service: Service): void {
  const rpc = createBirpc<Remote, Record<never, never>, false>(
    {},
    {
      ...rpcOptions(channel),
      resolver: (name) => (input: unknown) => answer(service.handlers, name, input),
      onGeneralError: (error) => {
        if (error instanceof AppError && error.code === 'channel/bad-message') channel.close()
        return true
      },
    },
  )
  const unsubscribe = service.onEvent((name, payload) => {
    rpc.$callEvent(EVENT, name, payload).catch(() => channel.close())
  })
  channel.onClose((reason) => {
    unsubscribe()
    rpc.$close(reason)
  })
}

function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}

async function answer(handlers: Handlers, name: string, input: unknown): Promise<unknown> {
  if (!isCommandName(name)) {
    throw new AppError(
      'channel/unknown-command',
      `There is no command ${name.slice(0, LONGEST_TOLD)}. The page and the engine may be of different versions; restart Inkling.`,
      { details: { command: name.slice(0, LONGEST_TOLD) } },
    )
  }
  return await run(handlers, name, input)
}

async function run<Name extends CommandName>(handlers: Handlers, name: Name, input: unknown): Promise<unknown> {
  const fault = faultIn(input)
  if (fault !== null) {
    throw new AppError('channel/bad-arguments', `The command ${name} was given wrong arguments: ${fault}.`, {
      details: { command: name, field: 'arguments' },
    })
  }
  const checked = commands[name].arguments.safeParse(input)
  if (!checked.success) throw badArguments(name, checked.error)
  // safeParse of this command's schema gives this command's arguments; TypeScript cannot follow that through the map.
  return await handlers[name](checked.data as ArgumentsOf<Name>)
}

function badArguments(name: string, error: z.ZodError): AppError {
  const problems = error.issues.slice(0, MOST_TOLD).map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, MOST_TOLD) : []
    const field = [...issue.path, ...keys].map(String).join('.').slice(0, LONGEST_TOLD)
    return { field: field === '' ? 'arguments' : field, message: issue.message.slice(0, LONGEST_TOLD) }
  })
  const more = error.issues.length > MOST_TOLD ? `; and ${error.issues.length - MOST_TOLD} more` : ''
  const told = problems.map(({ field, message }) => `${field}: ${message}`).join('; ') + more
  return new AppError('channel/bad-arguments', `The command ${name} was given wrong arguments. ${told}.`, {
    details: { command: name, field: problems[0]?.field ?? 'arguments' },
  })
}
