/** `data remove`: removes an imported data set. */
import { defineCommand } from './command.ts'
import { argument, text } from './options.ts'

export const command = defineCommand({
  description: 'Removes an imported data set and its images from the data directory. What it was imported from stays.',
  options: { name: argument(text('NAME', { description: 'Name of an imported data set.' })) },
  examples: ['data remove my-photos'],
  async run({ name }, { datasets, json, print }) {
    await datasets.imported.remove(name)
    print(json ? JSON.stringify({ removed: name }) : `${name} is removed.`)
    return 0
  },
})
