/** `npm run pack`: the installable apps of this platform, in dist/packages. Further arguments go to electron-builder. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildRenderer } from './build-renderer.ts'
import { bundleApp } from './bundle.ts'
import { root } from './root.ts'

await buildRenderer()
await bundleApp()
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js')
const config = ['--config', 'electron-builder.yml', '--publish', 'never']
const { status } = spawnSync(process.execPath, [builder, ...config, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
