/** What is made of the system's proxy setting, as Chromium tells it. Electron itself is not started. */
import { expect, test } from 'vitest'
import { adoptSystemProxy, proxyAddress } from '../../../main/electron/system-proxy.ts'

test.each([
  ['DIRECT', null],
  ['', null],
  ['PROXY proxy.example.org:3128', 'http://proxy.example.org:3128'],
  ['PROXY proxy.example.org:3128; DIRECT', 'http://proxy.example.org:3128'],
  ['HTTPS proxy.example.org:443;PROXY other:80', 'https://proxy.example.org:443'],
  ['SOCKS5 127.0.0.1:1080; PROXY other:80', 'http://other:80'],
  ['SOCKS5 127.0.0.1:1080', null],
  ['DIRECT; PROXY other:80', null],
])('%j is %j', (answer, address) => {
  expect(proxyAddress(answer)).toBe(address)
})

const told = (answer: string) => ({ resolveProxy: () => Promise.resolve(answer) })

test('the proxy is handed on as HTTPS_PROXY, unless one is named there', async () => {
  const env: NodeJS.ProcessEnv = {}
  await adoptSystemProxy(told('PROXY proxy.example.org:3128'), env)
  expect(env).toEqual({ HTTPS_PROXY: 'http://proxy.example.org:3128' })
  const own: NodeJS.ProcessEnv = { https_proxy: 'http://mine:1' }
  await adoptSystemProxy(told('PROXY proxy.example.org:3128'), own)
  expect(own).toEqual({ https_proxy: 'http://mine:1' })
})

test('an answer that does not come, or is an error, holds nothing up', async () => {
  const env: NodeJS.ProcessEnv = {}
  await adoptSystemProxy({ resolveProxy: () => new Promise(() => undefined) }, env)
  await adoptSystemProxy({ resolveProxy: () => Promise.reject(new Error('no script')) }, env)
  expect(env).toEqual({})
})
