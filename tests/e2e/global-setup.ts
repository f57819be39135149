/** Before all browser specs: the pages are built from what is there now, and the bundles where Electron will need them. */
import { buildRenderer } from '../../main/scripts/build-renderer.ts'
import { bundleApp } from '../../main/scripts/bundle.ts'
import { installedElectron } from '../../main/scripts/electron-runtime.ts'

export default async function setUp(): Promise<void> {
  await buildRenderer()
  if (installedElectron() !== null) await bundleApp()
}
