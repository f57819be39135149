/** `npm test`: installs what is missing, then hands over to test.ts under the pinned Node. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, nodeFlags, pinnedNode, root } from './install.mjs'

ensureInstalled()
const script = join(root, 'main', 'scripts', 'test.ts')
const { status, error } = spawnSync(pinnedNode, [...nodeFlags, script, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
if (error !== undefined) console.error(`The pinned Node could not be started: ${error.message}`)
process.exit(status ?? 1)
