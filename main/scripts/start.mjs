/**
 * `npm start`: installs what is missing, then hands over to start.ts under the pinned Node. Stays as its parent to pass on
 * the wish to end: once in order, twice at once.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, nodeFlags, pinnedNode, root } from './install.mjs'

ensureInstalled()

const child = spawn(pinnedNode, [...nodeFlags, join(root, 'main', 'scripts', 'start.ts'), ...process.argv.slice(2)], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
let asked = 0

function end() {
  asked += 1
  if (asked > 2 || !child.connected) child.kill('SIGKILL')
  else child.send(asked === 1 ? 'end' : 'end-now')
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end)

// A killed npm (or its shell) sends no signal, but leaves this process to another parent.
const parent = process.ppid
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => {
    if (process.ppid !== parent && asked === 0) end()
  }, 500).unref()
}

child.on('error', (error) => {
  console.error(`The pinned Node could not be started: ${error.message}`)
  process.exit(1)
})
child.on('exit', (code) => process.exit(code ?? 1))
