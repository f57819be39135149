/** What ONNX Runtime and drivers say about a device that does not work, in words for a person. */
import type { Device } from '../learn/specification.ts'

const driverOf: Readonly<Record<string, string>> = {
  linux: ' It needs a driver for Vulkan.',
  win32: ' It needs a driver for Direct3D 12.',
}

/** One or two sentences; the message itself, shortened, where it is not a known one. */
export function inPlainWords(device: Device, message: string, platform: string = process.platform): string {
  if (device === 'webgpu' && /adapter|vulkan/i.test(message)) {
    return `No graphics card was found that WebGPU can use.${driverOf[platform] ?? ''}`
  }
  if (device === 'cuda' && /shared library|cannot open|not found|LoadLibrary/i.test(message)) {
    return "CUDA's files for ONNX Runtime are not installed, or no driver of NVIDIA is."
  }
  const [first = ''] = message.trim().split('\n')
  const short = first.length > 200 ? `${first.slice(0, 200)} ...` : first
  return `ONNX Runtime says: ${short.replace(/\.$/, '')}.`
}
