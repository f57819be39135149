/** `train --device`: what it says about a device that works, one that does not, and the fastest. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { possibleDevices, threadCandidates } from '../../../native/runtime/devices.ts'
import { describeWithSwiftShader, swiftShader } from '../../swiftshader.ts'
import { Workplace } from './run-cli.ts'

let place: Workplace
beforeAll(async () => {
  place = await Workplace.create()
})
afterAll(async () => {
  await place.remove()
})

const train = () => ['train', '--data', place.digits, '--epochs', '1']
const foreign = process.platform === 'darwin' ? 'dml' : 'coreml'

test('a device that does not work here leaves the run on the CPU and says why', async () => {
  const { code, stdout, stderr } = await place.run([...train(), '--device', foreign])
  expect(code).toBe(0)
  expect(stderr).toContain('this run computes on the CPU')
  expect(stdout).toContain('Done:')
})

test('the warning has its code in JSON, and the run is the one on the CPU', async () => {
  const [device, epoch] = await lines(['--device', foreign, '--json'])
  const [same] = await lines(['--json'])
  expect(device).toMatchObject({ event: 'device', used: 'cpu', warning: { code: 'device/unavailable' } })
  expect(epoch?.['train_loss']).toBe(same?.['train_loss'])
})

test('auto reports what it measured on each device and takes the fastest', async () => {
  const [device] = await lines(['--device', 'auto', '--json'])
  const figures = device?.['figures'] as { device: string; images_per_second: number | null }[]
  expect(figures.map((figure) => figure.device).sort()).toEqual([...possibleDevices()].sort())
  expect(device?.['used']).toBe(figures[0]?.device)
}, 200_000)

test('the threads that measure fastest are told with the figures of each', async () => {
  const [device, epoch] = await lines(['--threads', 'auto', '--json'])
  const figures = device?.['figures'] as { device: string; threads: number; images_per_second: number }[]
  expect(device).toMatchObject({ event: 'device', requested: 'cpu', used: 'cpu', warning: null })
  expect(figures.map(({ threads }) => threads).sort((a, b) => a - b)).toEqual(threadCandidates())
  expect(figures.map(({ threads }) => threads)).toContain(device?.['threads'])
  expect(epoch?.['event']).toBe('epoch')
})

test('devices lists what the platform can have, each with its reason', async () => {
  const { code, stdout } = await place.run(['devices', '--json'])
  expect(code).toBe(0)
  const { devices } = JSON.parse(stdout) as { devices: { device: string; available: boolean; reason: string | null }[] }
  expect(devices.map(({ device }) => device)).toEqual(possibleDevices())
  expect(devices[0]).toEqual({ device: 'cpu', title: 'CPU', available: true, reason: null })
  for (const { available, reason } of devices) expect(available).toBe(reason === null)
  const table = await place.run(['devices'])
  expect(table.stdout.split('\n')[0]).toMatch(/^cpu +CPU +works$/)
})

describeWithSwiftShader('on a software graphics card (skipped without the package chromium)', () => {
  test('a whole run on WebGPU has the losses of the CPU', async () => {
    const there = await lines(['--device', 'webgpu', '--json'], swiftShader ?? {})
    const here = await lines(['--json'])
    expect(there[0]).toMatchObject({ event: 'device', used: 'webgpu', warning: null })
    for (const name of ['train_loss', 'valid_loss'] as const) {
      expect(Math.abs(Number(there[1]?.[name]) - Number(here[0]?.[name]))).toBeLessThan(1e-3)
    }
  }, 300_000)
})

async function lines(more: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout, stderr } = await place.run([...train(), ...more], env)
  expect(stderr).toBe('')
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
