/** `devices`: where models can be trained on this machine. */
import { devices } from '../../native/learn/specification.ts'
import { defineCommand } from './command.ts'
import { table } from './table.ts'

export const command = defineCommand({
  description:
    'Lists the devices that "train --device" takes on this platform. Each but the CPU is tried in a process of its own: it trains a few steps, whose losses must be the CPU\'s.',
  options: {},
  examples: ['devices', 'devices --json'],
  async run(_, { json, print }) {
    const { listDevices } = await import('../../native/runtime/devices.ts')
    const states = await listDevices()
    if (json) {
      print(JSON.stringify({ devices: states.map((state) => ({ ...state, title: devices[state.device].title })) }))
      return 0
    }
    const rows = states.map(({ device, available, reason }) => [
      device,
      devices[device].title,
      available ? 'works' : `does not work. ${reason ?? ''}`,
    ])
    print(table(rows).join('\n'))
    return 0
  },
})
