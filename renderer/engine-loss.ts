/** Which errors only say that the engine, or the way to it, is gone: the frame tells that once, and all is asked again when it is back. */
import type { ErrorPayload } from '../data/error.ts'

export function isEngineLoss({ code }: Pick<ErrorPayload, 'code'>): boolean {
  return code === 'engine/crashed' || code === 'channel/closed'
}
