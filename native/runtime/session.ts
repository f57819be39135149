/** Sessions of ONNX Runtime: the only file that imports onnxruntime-node. Everything that computes goes through here. */
import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'
import { AppError } from '../../data/error.ts'
import type { Device } from '../learn/specification.ts'
import { inPlainWords } from './device-words.ts'

// onnxruntime-node is CommonJS; required lazily so that `--help` and the renderer's build do not load 20 MB of library.
let loaded: typeof Ort | null = null
function ort(): typeof Ort {
  if (loaded === null) {
    const required: typeof Ort = createRequire(import.meta.url)('onnxruntime-node')
    loaded = required
  }
  return loaded
}

/** Numbers of a tensor, row-major. */
export type TensorData = Float32Array | Float64Array | Uint8Array | Int32Array
export type Tensor = Ort.Tensor

const typeNames = [
  [Float32Array, 'float32'],
  [Float64Array, 'float64'],
  [Uint8Array, 'uint8'],
  [Int32Array, 'int32'],
] as const

/** Wraps numbers without copying them. */
export function tensorOf(data: TensorData, shape: readonly number[]): Tensor {
  const { Tensor: TensorClass } = ort()
  const entry = typeNames.find(([kind]) => data instanceof kind)
  if (entry === undefined) throw new Error('unknown tensor data')
  return new TensorClass(entry[1], data, [...shape])
}

/** The numbers of a float32 tensor. */
export function float32Of(tensor: Tensor | undefined): Float32Array {
  if (tensor?.data instanceof Float32Array) return tensor.data
  throw new Error(`expected a float32 tensor, found ${tensor?.type ?? 'nothing'}`)
}

export type SessionOptions = {
  /** Threads that one operator may use, at least 1. */
  readonly threads?: number
  /** `cpu` unless given, by ONNX Runtime's own names for its execution providers. What the device cannot compute is computed on the CPU. */
  readonly device?: Device
  /** Outputs that stay in the memory of the device; WebGPU alone can do that. Read them with a session that copies. */
  readonly kept?: readonly string[]
  /** Whether memory is kept from run to run, which is faster; without, it is given back after each. True unless given. */
  readonly arena?: boolean
}

/** Whether the numbers lie in the memory of a device. Their `data` then cannot be read: it throws, or ends the process. */
export function isOnDevice(tensor: Tensor): boolean {
  return tensor.location !== 'cpu'
}

/** Frees a device's memory at once; tensors in ordinary memory are left to the garbage collector. */
export function releaseTensor(tensor: Tensor): void {
  if (isOnDevice(tensor)) tensor.dispose()
}

/** A graph ready to run. `run` computes on the calling thread. */
export class Session {
  readonly #session: Ort.InferenceSession

  private constructor(session: Ort.InferenceSession) {
    this.#session = session
  }

  /**
   * Throws `model/not-onnx` when ONNX Runtime refuses the model, `device/unavailable` when it does so for a device other
   * than the CPU. A broken driver can end the process instead: probe first (devices.ts).
   */
  static async create(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const { device = 'cpu', kept = [] } = options
    try {
      const session = await ort().InferenceSession.create(model, {
        executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
        intraOpNumThreads: options.threads ?? 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        enableCpuMemArena: options.arena ?? true,
        // A block for all of a run's memory would be taken beside what its first run took: 25 MB for LeNet, and no faster.
        enableMemPattern: false,
        ...(kept.length === 0 ? {} : { preferredOutputLocation: locations(kept) }),
        // Errors only: what is expected of a graph is checked by us, with better words.
        logSeverityLevel: 3,
        // A spinning pool starves the window on a small machine (see docs/decisions); a waiting one costs little.
        // Our DequantizeLinear only scales pixels: without this, ONNX Runtime would make a copy of it for each reader.
        extra: { session: { intra_op: { allow_spinning: '0' }, set_denormal_as_zero: '1', disable_quant_qdq: '1' } },
      })
      return new Session(session)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      if (device !== 'cpu') {
        throw new AppError('device/unavailable', inPlainWords(device, reason), {
          cause,
        })
      }
      throw new AppError('model/not-onnx', `ONNX Runtime cannot open this model: ${reason}`, { cause })
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames
  }

  /** Feeds tensors by name; answers with all outputs by name, or those of `wanted` written into given tensors. */
  async run(
    feeds: Readonly<Record<string, Tensor>>,
    wanted?: Readonly<Record<string, Tensor>>,
  ): Promise<Record<string, Tensor>> {
    if (wanted === undefined) return { ...(await this.#session.run(feeds)) }
    // The binding hands out a copy of each output even where it has written into a given tensor. Left to the garbage
    // collector, copies of the weights would pile up to some 60 MB between two collections.
    for (const copy of Object.values(await this.#session.run(feeds, wanted))) freeNow(copy)
    return { ...wanted }
  }

  async close(): Promise<void> {
    await this.#session.release()
  }
}

/** Gives the memory of the numbers back at once. Nobody may look at them afterwards. */
function freeNow({ data }: Tensor): void {
  if (typeof data === 'object' && 'buffer' in data && data.buffer instanceof ArrayBuffer) data.buffer.transfer(0)
}

const locations = (kept: readonly string[]): Record<string, 'gpu-buffer'> =>
  Object.fromEntries(kept.map((name) => [name, 'gpu-buffer']))

/** Version of ONNX Runtime, as its package states it. */
export function runtimeVersion(): string {
  return ort().env.versions.common
}
