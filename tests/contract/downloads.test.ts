/** Downloads over every door: what a page is told, and what is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../main/contract/client.ts'
import { doors, type OpenDoor } from './doors.ts'

describe.each(doors)('downloads $title', (door) => {
  let opened: OpenDoor
  let client: Client

  beforeAll(async () => {
    opened = await door.open()
    client = await opened.connect()
  })
  afterAll(async () => {
    await opened.close()
  })

  test('are listed with size, license and the hosts that would be asked, and nobody is asked', async () => {
    expect(await client.call('download.list', {})).toMatchObject([
      {
        dataset: 'mnist',
        license: 'CC BY-SA 3.0',
        totalBytes: 11_594_722,
        keptBytes: 0,
        state: 'idle',
        progress: null,
      },
      { dataset: 'fashion_mnist', license: 'MIT', totalBytes: 30_878_645, keptBytes: 0, state: 'idle', problem: null },
    ])
  })

  test('of a set that nobody offers are refused', async () => {
    await expect(client.call('download.start', { dataset: 'letters' })).rejects.toMatchObject({
      code: 'download/not-offered',
    })
    expect(await client.call('download.cancel', { dataset: 'mnist' })).toMatchObject({ state: 'idle' })
  })
})
