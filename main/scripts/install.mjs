/**
 * What `npm start` and `npm test` need before any package is there: plain JavaScript without dependencies, for Node 20 or
 * newer. Installs the packages where that is needed and names the Node that the project is pinned to.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The Node 24 that the package `node` brings. */
export const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** Warnings about node:sqlite, which still calls itself experimental, help nobody. */
export const nodeFlags = ['--disable-warning=ExperimentalWarning']

/** Installs what is missing; ends the process with one clear line where that fails. */
export function ensureInstalled() {
  const reason = reasonToInstall()
  if (reason === null) return
  console.log(`Installing packages (${reason}) ...`)
  const { status, error } = runNpm(['ci', '--no-fund', '--no-audit', '--loglevel=error'])
  if (status !== 0) {
    const told = error === undefined ? `npm ci ended with code ${status}` : error.message
    fail(`The packages could not be installed: ${told}. Check the connection to the npm registry and try again.`)
  }
  if (!pinnedNodeWorks()) {
    fail(
      'The packages are installed, but the pinned Node does not run. Install with install scripts enabled: npm ci --ignore-scripts=false',
    )
  }
}

/** @returns {string | null} */
function reasonToInstall() {
  const lock = join(root, 'package-lock.json')
  // npm writes this file last, so it is absent after an interrupted installation.
  const done = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(join(root, 'node_modules'))) return 'there are none yet'
  if (!existsSync(done)) return 'an earlier installation did not finish'
  if (statSync(done).mtimeMs < statSync(lock).mtimeMs && !sameVersions(lock, done))
    return 'package-lock.json has changed'
  return pinnedNodeWorks() ? null : 'the pinned Node is missing'
}

/** Whether all that the lock file asks for is installed in its version. Optional packages of other platforms may be absent. */
function sameVersions(lock, done) {
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages
  const found = JSON.parse(readFileSync(done, 'utf8')).packages
  const missing = (path) => path !== '' && wanted[path].optional !== true && found[path] === undefined
  const different = (path) => found[path].version !== wanted[path]?.version
  return !Object.keys(wanted).some(missing) && !Object.keys(found).some(different)
}

function pinnedNodeWorks() {
  if (!existsSync(pinnedNode)) return false
  const { status, stdout } = spawnSync(pinnedNode, ['--version'], { encoding: 'utf8' })
  return status === 0 && stdout.startsWith('v24.')
}

/** Runs npm itself, the one that started this script where it did. */
export function runNpm(args) {
  // onnxruntime-node would download CUDA files, which only a person with such a card wants.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' }
  const own = process.env.npm_execpath ?? ''
  const options = { cwd: root, env, stdio: 'inherit' }
  if (basename(own).startsWith('npm')) return spawnSync(process.execPath, [own, ...args], options)
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
}

export function fail(message) {
  console.error(message)
  process.exit(1)
}
