/**
 * The files of the built renderer, as both doors serve them. Only what a listing of the folder names can be asked for, so no
 * path leads out of it.
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
  let files = await listed(folder)

  /** The file that a name asks for; looks again where it is not listed, since the page may have been built anew. */
  async function find(name: string): Promise<string | undefined> {
    const known = fileOf(files, name)
    if (known !== undefined) return known
    files = await listed(folder)
    return fileOf(files, name)
  }

  return {
    async answer(pathname) {
      const name = decoded(pathname)
      const path = await find(name)
      const body = path === undefined ? null : await contentOf(path)
      if (path === undefined || body === null) return text(404, 'There is no such file.')
      return {
        status: 200,
        headers: {
          ...securityHeaders,
          'Content-Type': types[extname(path)] ?? 'application/octet-stream',
          // Vite puts a hash of the content into the names of these.
          'Cache-Control': name.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        },
        body,
      }
    },
  }
}

/** Addresses of all files, such as `/assets/index-1a2b.js`, and where they lie. */
async function listed(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const name of await list(folder)) {
    const path = join(folder, name)
    if ((await stat(path)).isFile()) files.set(`/${name.split(sep).join('/')}`, path)
  }
  if (!files.has('/index.html')) throw noRenderer(folder)
  return files
}

function fileOf(files: ReadonlyMap<string, string>, name: string): string | undefined {
  const isPage = extname(name) === '' && !name.includes('\\')
  return files.get(name) ?? (isPage ? files.get('/index.html') : undefined)
}

/** Null for a file that went away since it was listed. */
async function contentOf(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
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
