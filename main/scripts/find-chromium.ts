/** A Chromium for the browser specs: an installed one, else Playwright's own, else Debian's package. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'
import { root } from './root.ts'

const DOWNLOAD_MILLISECONDS = 120_000
const PACKAGE_MILLISECONDS = 600_000

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
]

/** Path of a Chromium that runs, installed where that is needed and possible; else the reason, in words, why there is none. */
export function findChromium(): { readonly path: string } | { readonly reason: string } {
  const path = installed() ?? downloaded() ?? packaged()
  if (path !== null) return { path }
  return {
    reason:
      'no Chromium is installed, Playwright could not download one, and apt-get could not install one. Install Chromium or Chrome, or name one in INKLING_CHROMIUM',
  }
}

function installed(): string | null {
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
  const candidates = [process.env.INKLING_CHROMIUM ?? '', ...onPath, ...places, chromium.executablePath()]
  return candidates.find((path) => path !== '' && existsSync(path) && works(path)) ?? null
}

/** Ubuntu's chromium-browser is a note that a snap is to be installed: being there is not enough. */
function works(path: string): boolean {
  if (process.platform === 'win32') return true
  const { status } = spawnSync(path, ['--version'], { timeout: 30_000 })
  return status === 0
}

function downloaded(): string | null {
  console.log('Downloading Chromium for the browser specs ...')
  const cli = join(root, 'node_modules', 'playwright', 'cli.js')
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { timeout: DOWNLOAD_MILLISECONDS, stdio: 'ignore' })
  return installed()
}

function packaged(): string | null {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return null
  console.log('Installing the package chromium for the browser specs ...')
  const options = { timeout: PACKAGE_MILLISECONDS, stdio: 'ignore' } as const
  spawnSync('apt-get', ['update'], options)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { ...options, env })
  return installed()
}
