/** A connection is given up for its own silence, never for time in which this program did something else. */
import { readFile } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Requester } from '../../../data/download/request.ts'
import { Mirror } from './mirror.ts'
import { forImages, IMAGES, LABELS, Place, TOTAL } from './place.ts'

const STALL = 300

let place: Place

beforeEach(async () => {
  place = await Place.open()
})
afterEach(async () => {
  await place.close()
})

/** Nothing else happens in this process meanwhile, as while the computer sleeps. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

test('an answer that came while the computer slept is heard', async () => {
  place.bad.fault = forImages((_request, _response, next) => {
    next()
    standStill(2 * STALL)
  })
  expect(await place.download({ stall: STALL }, place.onlyBad)).toMatchObject({ outcome: 'stored' })
  expect(place.bad.asked).toEqual([LABELS, IMAGES])
})

test('what came while the computer slept is read before the connection is judged', async () => {
  place.bad.fault = forImages(({ content }, response) => {
    response.writeHead(200, { 'Content-Length': content.length })
    response.write(content.subarray(0, 100_000))
    setTimeout(() => {
      // From here Node turns to its timers before it looks at connections again.
      readFile(import.meta.filename, () => {
        response.end(content.subarray(100_000))
        standStill(2 * STALL)
      })
    }, STALL / 10)
  })
  expect(await place.download({ stall: STALL }, place.onlyBad)).toMatchObject({
    outcome: 'stored',
    receivedBytes: TOTAL,
  })
  expect(place.bad.asked).toEqual([LABELS, IMAGES])
  await place.expectWhole()
})

test('a mirror that waits for a slow disk is not given up', async () => {
  // More than connections keep on their way.
  const large = new Uint8Array(64e6)
  const mirror = await Mirror.open(new Map([[IMAGES, large]]))
  const { signal } = new AbortController()
  const { body, close } = await new Requester({}).get(`${mirror.folder}${IMAGES}`, { offset: 0, signal, stall: STALL })
  let bytes = 0
  for await (const chunk of body) {
    // Longer than a silent connection is waited for.
    if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 2 * STALL))
    bytes += chunk.length
  }
  close()
  await mirror.close()
  expect(bytes).toBe(large.length)
})

test('a name that nobody answers for is a sign of no network, not of a silent mirror', async () => {
  const { signal } = new AbortController()
  const asked: string[] = []
  const requester = new Requester({}, (name) => void asked.push(name))
  await expect(requester.get('http://mirror.invalid/', { offset: 0, signal, stall: STALL })).rejects.toMatchObject({
    message: 'could not be looked up',
    offline: true,
  })
  expect(asked).toEqual(['mirror.invalid'])
})
