/** What looks into runs arrives over every door as it was sent: typed arrays, shapes and names. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../main/contract/client.ts'
import type { ArgumentsOf } from '../../main/contract/commands.ts'
import type { Events } from '../../main/contract/events.ts'
import { defaultSpecification } from '../../native/learn/specification.ts'
import { doors, type OpenDoor } from './doors.ts'

type Parts = NonNullable<ArgumentsOf<'run.microscope'>['values']>

const specification = { ...defaultSpecification(), dataset: 'mnist', batchSize: 20, model: 'simple_net' } as const

describe.each(doors)('looking into a run over $title', (door) => {
  let opened: OpenDoor
  let client: Client
  let run: number

  beforeAll(async () => {
    opened = await door.open()
    client = await opened.connect()
    const paused = new Promise<void>((resolve) => {
      client.on('run.changed', (event) => {
        if (event.run.state === 'paused') resolve()
      })
    })
    run = (await client.call('run.start', { specification, paused: true })).id
    await paused
  })
  afterAll(async () => {
    await opened.close()
  })

  test('the microscope', async () => {
    const values = [{ name: 'layer1.sum', at: [[0, 3], null] }, { name: 'loss' }] satisfies Parts
    const seen = await client.call('run.microscope', { run, values })
    expect(seen.images).toBeInstanceOf(Int32Array)
    expect(seen.labels).toBeInstanceOf(Uint8Array)
    expect(seen.values.map(({ name, shape }) => [name, shape])).toEqual([
      ['layer1.sum', [3, 30]],
      ['loss', []],
    ])
    expect(seen.values[0]?.data).toBeInstanceOf(Float32Array)
    expect(seen.values[1]?.data[0]).toBe(seen.loss)
    expect(seen.steps).toHaveLength(7)
  })

  test('a snapshot', async () => {
    const images = { kind: 'first', split: 'test', count: 10 } as const
    const { layers, parameters, values } = await client.call('run.snapshot', {
      run,
      images,
      values: [{ name: 'logits' }],
    })
    expect(layers[0]?.firing).toBeInstanceOf(Float32Array)
    expect(layers[0]?.histogram.counts).toBeInstanceOf(Uint32Array)
    expect(parameters.map(({ name }) => name)).toEqual(['layer1.weight', 'layer1.bias', 'layer2.weight', 'layer2.bias'])
    expect(values[0]?.shape).toEqual([10, 10])
  })

  test('the learning-rate finder, with its progress', async () => {
    const told: Events['run.rateProgressed'][] = []
    client.on('run.rateProgressed', (event) => told.push(event))
    const search = await client.call('run.findRate', { specification, search: 5 })
    expect(search.rates).toBeInstanceOf(Float32Array)
    expect(search.smoothed).toHaveLength(search.rates.length)
    expect(told.length).toBeGreaterThan(0)
    expect(told[0]?.curve.losses).toBeInstanceOf(Float32Array)
    expect(await client.call('run.cancelFindRate', { search: 5 })).toBe(null)
  })
})
