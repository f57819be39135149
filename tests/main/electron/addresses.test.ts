/** Which addresses the window takes for its own. */
import { describe, expect, test } from 'vitest'
import { isMadeByPage, isPage, mayLoad, ORIGIN } from '../../../main/electron/addresses.ts'

describe('the page itself', () => {
  // Reloading is a navigation to one of these; Node calls the origin of all of them "null".
  test.each([`${ORIGIN}/`, `${ORIGIN}/train?run=3`, `${ORIGIN}/assets/index-1a2b.js`, 'INKLING://app/'])(
    '%s',
    (own) => {
      expect([isPage(own), mayLoad(own), isMadeByPage(own)]).toEqual([true, true, false])
    },
  )
})

describe('what the page made', () => {
  test('may be loaded and saved, but not navigated to', () => {
    const file = `blob:${ORIGIN}/2c1e7f0e-0a56-4c57-9c5b-1a4f3c1d7f00`
    expect([isPage(file), mayLoad(file), isMadeByPage(file)]).toEqual([false, true, true])
  })
})

describe('anything else is foreign', () => {
  test.each([
    'https://example.org/',
    'http://127.0.0.1:8080/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'about:blank',
    'inkling://app.example.org/',
    'inkling://example.org/app/',
    'inkling://app:1/',
    'inkling:app',
    'inklings://app/',
    'blob:https://example.org/1',
    'blob:null/1',
    'blob:file:///1',
    'ws://127.0.0.1/channel',
    '',
    'no address at all',
  ])('%j', (address) => {
    expect([isPage(address), isMadeByPage(address), mayLoad(address)]).toEqual([false, false, false])
  })

  test('pictures written into the page are loaded, but never navigated to or saved', () => {
    const picture = 'data:image/png;base64,iVBORw0KGgo='
    expect([mayLoad(picture), isPage(picture), isMadeByPage(picture)]).toEqual([true, false, false])
  })
})
