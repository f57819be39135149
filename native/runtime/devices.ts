/**
 * Which devices can train on this machine: those that the platform can have, each tried in a process of its own, since a
 * broken driver ends the process that asks it. And which of them is the fastest for a model, with how many threads.
 */
import { availableParallelism } from 'node:os'
import { AppError, toErrorPayload, type ErrorPayload } from '../../data/error.ts'
import {
  defaultSpecification,
  devices,
  type Device,
  type DeviceName,
  type RunSpecification,
} from '../learn/specification.ts'
import { runInDeviceProcess } from './device-trial.ts'

/** `reason` says in plain words why it is not available, null when it is. */
export type DeviceState = { readonly device: Device; readonly available: boolean; readonly reason: string | null }

/** How fast a device trained the model; null with the reason where it did not. */
export type DeviceFigure = {
  readonly device: Device
  /** Threads of the CPU, which on another device only feed it. */
  readonly threads: number
  readonly imagesPerSecond: number | null
  readonly reason: string | null
}

/** Where a run computes, and why. */
export type DeviceChoice = {
  readonly requested: DeviceName
  readonly used: Device
  /** At least 1, also where the specification leaves the choice to a measurement. */
  readonly threads: number
  /** `device/unavailable` when the run computes on the CPU although something else was asked for; else null. */
  readonly warning: ErrorPayload | null
  /** What was measured, fastest first; empty unless `auto` was asked for, as device or as threads. */
  readonly figures: readonly DeviceFigure[]
}

/** The devices for which onnxruntime-node's package has code on this platform (its README). The CPU comes first. */
export function possibleDevices(platform: string = process.platform, architecture: string = process.arch): Device[] {
  switch (platform) {
    case 'linux':
      return architecture === 'x64' ? ['cpu', 'webgpu', 'cuda'] : ['cpu']
    case 'win32':
      return ['cpu', 'webgpu', 'dml']
    case 'darwin':
      return ['cpu', 'webgpu', 'coreml']
    default:
      return ['cpu']
  }
}

const probed = new Map<Device, Promise<DeviceState>>()

/** Trains a tiny model on the device and compares it with the CPU, once per process. Never rejects. */
export function probeDevice(device: Device): Promise<DeviceState> {
  const known = probed.get(device)
  if (known !== undefined) return known
  const asked = probe(device)
  probed.set(device, asked)
  return asked
}

async function probe(device: Device): Promise<DeviceState> {
  if (device === 'cpu') return { device, available: true, reason: null }
  if (!possibleDevices().includes(device)) {
    return { device, available: false, reason: `${devices[device].title} does not exist on this platform.` }
  }
  const specification: RunSpecification = { ...defaultSpecification(), batchSize: 16 }
  const { reason } = await runInDeviceProcess({ task: 'compare', device, specification })
  return { device, available: reason === null, reason }
}

/** All devices that this platform can have, tried one after another. */
export async function listDevices(): Promise<DeviceState[]> {
  const states: DeviceState[] = []
  for (const device of possibleDevices()) states.push(await probeDevice(device))
  return states
}

/** Numbers of threads worth a measurement: one, twice as many again and again, and all cores; at most 64. */
export function threadCandidates(cores: number = availableParallelism()): number[] {
  const most = Math.min(cores, 64)
  return [...[1, 2, 4, 8, 16, 32].filter((threads) => threads < most), most]
}

const measured = new Map<string, Promise<DeviceFigure[]>>()

/**
 * Trains the model for a moment on each device that works and that the specification allows, with each number of threads that
 * it allows, each device in a process of its own. Fastest first. Once per process for the same model. Never rejects.
 */
export function measureDevices(specification: RunSpecification): Promise<DeviceFigure[]> {
  // What speed depends on: not the data, nor the numbers that the weights start from.
  const key = JSON.stringify({
    ...specification,
    dataset: '',
    digits: specification.digits.length,
    epochs: 1,
    seed: 0,
    learningRate: 0,
  })
  const known = measured.get(key)
  if (known !== undefined) return known
  const asked = measure(specification)
  measured.set(key, asked)
  return asked
}

/** Whoever asked for the fastest device does not wait longer for one that takes so long to begin. */
const PATIENCE_SECONDS = 20

/** Each device with each number of threads trains for so long. */
const MEASURED_SECONDS = 0.3

async function measure(specification: RunSpecification): Promise<DeviceFigure[]> {
  const states = specification.device === 'auto' ? await listDevices() : [await probeDevice('cpu')]
  const figures: DeviceFigure[] = []
  for (const { device, available, reason } of states) {
    const allowed = device === 'cpu' && specification.threads === 0 ? threadCandidates() : [fedBy(specification)]
    figures.push(
      ...(available
        ? await measureDevice(device, specification, allowed)
        : [{ device, threads: fedBy(specification), imagesPerSecond: null, reason }]),
    )
  }
  return figures.toSorted((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0))
}

async function measureDevice(
  device: Device,
  specification: RunSpecification,
  threads: readonly number[],
): Promise<DeviceFigure[]> {
  const job = { task: 'speed', device, specification, seconds: MEASURED_SECONDS, threads } as const
  const { result, reason } = await runInDeviceProcess(job, PATIENCE_SECONDS)
  if (result === null) return threads.map((count) => ({ device, threads: count, imagesPerSecond: null, reason }))
  return result.map((speed) => ({ device, ...speed, reason: null }))
}

/** Threads where there is nothing to choose: one feeds a device. */
const fedBy = ({ threads }: RunSpecification): number => Math.max(threads, 1)

/** More threads must bring more than this to be worth the cores that they take from the window. */
const WORTHWHILE = 1.05

/** The fastest device, with as few threads as are about as fast; null where nothing could be measured. */
function bestOf(figures: readonly DeviceFigure[]): DeviceFigure | null {
  const speed = (figure: DeviceFigure) => figure.imagesPerSecond ?? 0
  const [fastest] = figures
  if (fastest === undefined || speed(fastest) === 0) return null
  const alike = figures.filter(
    (figure) => figure.device === fastest.device && speed(figure) * WORTHWHILE >= speed(fastest),
  )
  return alike.reduce((best, figure) => (figure.threads < best.threads ? figure : best), fastest)
}

/**
 * The device that the specification asks for, or the CPU with a warning where it does not work; the fastest for `auto`. With 0
 * threads as many as measure fastest. Never rejects.
 */
export async function chooseDevice(specification: RunSpecification): Promise<DeviceChoice> {
  const requested = specification.device
  const threads = fedBy(specification)
  if (requested === 'cpu' && specification.threads > 0) {
    return { requested, used: 'cpu', threads, warning: null, figures: [] }
  }
  if (requested === 'cpu' || requested === 'auto') {
    const figures = await measureDevices(specification)
    const best = bestOf(figures)
    return { requested, used: best?.device ?? 'cpu', threads: best?.threads ?? threads, warning: null, figures }
  }
  const { reason } = await probeDevice(requested)
  const choice: DeviceChoice = { requested, used: requested, threads, warning: null, figures: [] }
  return reason === null ? choice : await onCpuInstead(specification, choice, reason)
}

/** The choice when a device turned out not to work: `why` is a sentence. Never rejects. */
export async function onCpuInstead(
  specification: RunSpecification,
  choice: DeviceChoice,
  why: string,
): Promise<DeviceChoice> {
  const { title } = devices[choice.used]
  const warning = new AppError(
    'device/unavailable',
    `${title} cannot be used here, so this run computes on the CPU. ${why}`,
    { details: { device: choice.used } },
  )
  const { threads } = await chooseDevice({ ...specification, device: 'cpu' })
  return { ...choice, used: 'cpu', threads, warning: toErrorPayload(warning) }
}
