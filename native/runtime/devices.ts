/**
 * Which devices can train on this machine: those that the platform can have, each tried in a process of its own, since a
 * broken driver ends the process that asks it. And which of them is the fastest for a model.
 */
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
  readonly imagesPerSecond: number | null
  readonly reason: string | null
}

/** Where a run computes, and why. */
export type DeviceChoice = {
  readonly requested: DeviceName
  readonly used: Device
  /** `device/unavailable` when the run computes on the CPU although something else was asked for; else null. */
  readonly warning: ErrorPayload | null
  /** What was measured, fastest first; empty unless `auto` was asked for. */
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
  const result = await runInDeviceProcess({ device, specification, seconds: 0 })
  return { device, available: result.reason === null, reason: result.reason }
}

/** All devices that this platform can have, tried one after another. */
export async function listDevices(): Promise<DeviceState[]> {
  const states: DeviceState[] = []
  for (const device of possibleDevices()) states.push(await probeDevice(device))
  return states
}

const measured = new Map<string, Promise<DeviceFigure[]>>()

/** Trains the model for a moment on each device that works, each in a process of its own. Fastest first. Never rejects. */
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

async function measure(specification: RunSpecification): Promise<DeviceFigure[]> {
  const figures: DeviceFigure[] = []
  for (const { device, available, reason } of await listDevices()) {
    figures.push(
      available
        ? { device, ...(await runInDeviceProcess({ device, specification, seconds: 0.3 }, PATIENCE_SECONDS)) }
        : { device, imagesPerSecond: null, reason },
    )
  }
  return figures.toSorted((a, b) => (b.imagesPerSecond ?? 0) - (a.imagesPerSecond ?? 0))
}

/** The device that the specification asks for, or the CPU with a warning where it does not work. Never rejects. */
export async function chooseDevice(specification: RunSpecification): Promise<DeviceChoice> {
  const requested = specification.device
  if (requested === 'cpu') return { requested, used: 'cpu', warning: null, figures: [] }
  if (requested === 'auto') {
    const figures = await measureDevices(specification)
    const fastest = figures.find(({ imagesPerSecond }) => imagesPerSecond !== null)
    return { requested, used: fastest?.device ?? 'cpu', warning: null, figures }
  }
  const { reason } = await probeDevice(requested)
  const choice: DeviceChoice = { requested, used: requested, warning: null, figures: [] }
  return reason === null ? choice : onCpuInstead(choice, reason)
}

/** The choice when a device turned out not to work: `why` is a sentence. */
export function onCpuInstead(choice: DeviceChoice, why: string): DeviceChoice {
  const { title } = devices[choice.used]
  const warning = new AppError(
    'device/unavailable',
    `${title} cannot be used here, so this run computes on the CPU. ${why}`,
    { details: { device: choice.used } },
  )
  return { ...choice, used: 'cpu', warning: toErrorPayload(warning) }
}
