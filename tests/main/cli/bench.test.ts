/** `bench`: the real measurement, kept short. How fast anything is, is not checked here. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Workplace } from './run-cli.ts'

let place: Workplace
beforeAll(async () => {
  place = await Workplace.create()
})
afterAll(async () => {
  await place.remove()
})

test('prints a line for each model, mini-batch size and number of threads', async () => {
  const args = ['--models', 'linear,lenet', '--batch', '16', '--threads', '1,2', '--seconds', '.1']
  const { code, stdout, stderr } = await place.run(['bench', ...args])
  expect(stderr).toBe('')
  expect(code).toBe(0)
  const rows = stdout.split('\n').filter((line) => /^(linear|lenet) /.test(line))
  expect(rows).toHaveLength(4)
  for (const row of rows) expect(row).toMatch(/^\w+( +[\d,]+){3} +\d+ % +[\d,]+ +[\d,]+ us +[\d,]+ us +\d+ ms$/)
  expect(stdout).toMatch(/A large product of matrices, 2 threads: \d+ GFLOP\/s/)
})

test('gives the same figures as JSON, and takes the threads that measure fastest', async () => {
  const { code, stdout } = await place.run([
    'bench',
    '--models',
    'mlp30',
    '--threads',
    'auto',
    '--seconds',
    '.1',
    '--json',
  ])
  expect(code).toBe(0)
  const { results } = JSON.parse(stdout) as { results: Record<string, unknown>[] }
  expect(results).toHaveLength(1)
  expect(results[0]).toMatchObject({ model: 'mlp30', batch: 256, device: 'cpu', reason: null })
  const figures = [
    'threads',
    'images_per_second',
    'peak_gflops',
    'evaluated_per_second',
    'first_loss_ms',
    'share_of_peak',
  ]
  for (const name of figures) expect(results[0]?.[name], name).toBeGreaterThan(0)
  const { median, p95 } = results[0]!['one_image_us'] as { median: number; p95: number }
  expect(median).toBeGreaterThan(0)
  expect(p95).toBeGreaterThanOrEqual(median)
})

test('a device that does not work here is told with its reason', async () => {
  const foreign = process.platform === 'darwin' ? 'dml' : 'coreml'
  const { code, stdout } = await place.run(['bench', '--models', 'linear', '--device', foreign, '--json'])
  expect(code).toBe(1)
  const { results } = JSON.parse(stdout) as { results: Record<string, unknown>[] }
  expect(results[0]?.['reason']).toMatch(/^[A-Za-z]+ does not exist on this platform\.$/)
  // The shape is that of a device that works.
  expect(results[0]).toMatchObject({ images_per_second: null, one_image_us: null, share_of_peak: null })
})
