/** Proxies and certificates: a real proxy and a real HTTPS server on 127.0.0.1. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { downloadSet, type DownloadOutcome } from '../../../data/download/download.ts'
import { makeCertificate } from './certificate.ts'
import { Mirror, noise, offerOf } from './mirror.ts'
import { failure } from './place.ts'
import { Proxy } from './proxy.ts'
import { downloadElsewhere } from './run-download.ts'

const NAME = 't10k-images-idx3-ubyte.gz'
const files = new Map([[NAME, noise(100_000, 5)]])
const certificate = makeCertificate()

let root: string
let mirror: Mirror
let proxy: Proxy

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-network-'))
  mirror = await Mirror.open(files)
  proxy = await Proxy.open(mirror.origin)
})
afterEach(async () => {
  await Promise.all([mirror.close(), proxy.close()])
  await rm(root, { recursive: true, force: true })
})

async function download(address: string, env: Record<string, string>): Promise<DownloadOutcome> {
  return await downloadSet(offerOf(files, [address]), { dataDirectory: root, env, stall: 1000, pause: 1 })
}

describe('a proxy of the environment', () => {
  const address = 'http://mirror.invalid/set/'

  test.each(['HTTP_PROXY', 'http_proxy'])('is asked instead of the mirror (%s)', async (name) => {
    expect(await download(address, { [name]: `http://${proxy.host}` })).toMatchObject({ outcome: 'stored' })
    expect(proxy.asked).toEqual([`GET ${address}${NAME}`])
  })

  test('may be named without http://, and with a password', async () => {
    expect(await download(address, { HTTP_PROXY: `ada:secret@${proxy.host}` })).toMatchObject({ outcome: 'stored' })
    expect(proxy.credentials).toEqual([`Basic ${Buffer.from('ada:secret').toString('base64')}`])
  })

  test('is passed over for the hosts of NO_PROXY, and for the other protocol', async () => {
    const env = { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: 'example.org,127.0.0.1' }
    expect(await download(mirror.folder, env)).toMatchObject({ outcome: 'stored' })
    await rm(join(root, 'made-up'), { recursive: true })
    expect(await download(mirror.folder, { HTTPS_PROXY: `http://${proxy.host}` })).toMatchObject({ outcome: 'stored' })
    expect(proxy.asked).toEqual([])
  })

  test('that refuses is told as the one that refuses, without its password', async () => {
    proxy.refuse = 407
    const error = await failure(download(address, { HTTP_PROXY: `http://ada:secret@${proxy.host}` }))
    expect(error.message).toContain('answered 407 Proxy Authentication Required')
    expect(error.message).toContain(`HTTP_PROXY sends Inkling through the proxy ${proxy.host}.`)
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret')
    const { message } = await failure(
      download('https://mirror.invalid/', { HTTPS_PROXY: `http://ada:secret@${proxy.host}` }),
    )
    expect(message).toContain('407')
    expect(message).not.toContain('secret')
  })

  test.each(['socks5://127.0.0.1:1080', 'http://', 'ftp://ada:secret@proxy'])('%s is an error', async (value) => {
    const error = await failure(download(mirror.folder, { HTTPS_PROXY: value }))
    expect(error.code).toBe('download/bad-address')
    expect(error.message).toContain('HTTPS_PROXY')
    expect(error.message).not.toContain('secret')
  })
})

describe.skipIf(certificate === null)('over HTTPS (made with openssl)', () => {
  let secure: Mirror
  beforeEach(async () => {
    secure = await Mirror.open(files, certificate)
  })
  afterEach(async () => {
    await secure.close()
  })

  test('a mirror with a certificate that nobody has signed is not trusted', async () => {
    const { message } = await failure(download(secure.folder, {}))
    expect(message).toContain('showed a certificate that is not trusted')
    expect(secure.asked).toEqual([])
  })

  test('an authority that the person trusts (NODE_EXTRA_CA_CERTS) is trusted, directly and through a proxy', async () => {
    const path = join(root, 'authority.pem')
    await writeFile(path, certificate!.cert)
    const tunnel = await Proxy.open(secure.origin)
    const addresses: readonly [string, Record<string, string>][] = [
      [secure.folder, {}],
      ['https://mirror.invalid/set/', { HTTPS_PROXY: `http://${tunnel.host}` }],
    ]
    for (const [address, env] of addresses) {
      const run = downloadElsewhere(offerOf(files, [address]), root, { NODE_EXTRA_CA_CERTS: path, ...env })
      expect(await run.ended).toMatchObject({ outcome: { outcome: 'stored' } })
      await rm(join(root, 'made-up'), { recursive: true })
    }
    expect(secure.asked).toEqual([NAME, NAME])
    expect(tunnel.asked).toEqual(['CONNECT mirror.invalid:443'])
    await tunnel.close()
  })

  test('a redirect to one that is not trusted is not followed', async () => {
    mirror.fault = (_request, response) => void response.writeHead(302, { Location: `${secure.folder}${NAME}` }).end()
    const { message } = await failure(download(mirror.folder, {}))
    expect(message).toContain('showed a certificate that is not trusted')
    expect(secure.asked).toEqual([])
  })
})
