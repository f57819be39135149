/** Commands about the devices that can train. */
import { devices } from '../../../native/learn/specification.ts'
import { listDevices } from '../../../native/runtime/devices.ts'
import type { Part } from './part.ts'

export const deviceHandlers: Part<'device'> = {
  'device.list': async () => (await listDevices()).map((state) => ({ ...state, title: devices[state.device].title })),
}
