/**
 * The files of the built renderer, as both doors serve them. The folder is listed once; what is not in that list cannot be
 * asked for, so no path leads out of it.
 */
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { AppError } from '../../data/error.ts'
import { securityHeaders } from './security-headers.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
}

export type PageAnswer = {
  readonly status: 200 | 404
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

export type PageFiles = {
  /** `pathname` as it stands in the address, still percent-encoded. A page's own path (no extension) gives index.html. */
  answer(pathname: string): Promise<PageAnswer>
}

/** Throws `server/no-renderer` when the folder holds no built renderer. */
export async function openPageFiles(folder: string): Promise<PageFiles> {
  const files = new Map<string, string>()
  for (const name of await list(folder)) {
    const path = join(folder, name)
    if ((await stat(path)).isFile()) files.set(`/${name.split(sep).join('/')}`, path)
  }
  const index = files.get('/index.html')
  if (index === undefined) throw noRenderer(folder)

  return {
    async answer(pathname) {
      const name = decoded(pathname)
      const path = files.get(name) ?? (extname(name) === '' && !name.includes('\\') ? index : undefined)
      if (path === undefined) return text(404, 'There is no such file.')
      return {
        status: 200,
        headers: {
          ...securityHeaders,
          'Content-Type': types[extname(path)] ?? 'application/octet-stream',
          // Vite puts a hash of the content into the names of these.
          'Cache-Control': name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        },
        body: new Uint8Array(await readFile(path)),
      }
    },
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true })
  } catch (cause) {
    throw noRenderer(folder, cause)
  }
}

function noRenderer(folder: string, cause?: unknown): AppError {
  return new AppError(
    'server/no-renderer',
    `The folder ${folder} holds no built page (no index.html). Run npm run build, then start Inkling again.`,
    { details: { folder }, cause },
  )
}

/** The name that a path asks for; one that is not valid percent-encoding names no file. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch (error) {
    if (error instanceof URIError) return '/.invalid'
    throw error
  }
}

export function text(status: 404, body: string): PageAnswer {
  return {
    status,
    headers: { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    body: new TextEncoder().encode(body),
  }
}
