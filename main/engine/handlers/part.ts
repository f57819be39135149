/** The handlers of one area, such as all of `run.*`; together they must make up the whole contract. */
import type { CommandName, Handlers } from '../../contract/commands.ts'

type NamesOf<Area extends string> = Extract<CommandName, `${Area}.${string}`>

export type Part<Area extends string> = Pick<Handlers, NamesOf<Area>>
