/** The software graphics card of Debian's chromium package, on which WebGPU is tested where there is no other. */
import { existsSync } from 'node:fs'
import { describe } from 'vitest'

const folder = '/usr/lib/chromium'
const driver = `${folder}/vk_swiftshader_icd.json`

/** The environment of a process that sees this card alone; null where the package is not installed. */
export const swiftShader: Readonly<Record<string, string>> | null = existsSync(driver)
  ? // The folder holds Vulkan's loader too, which the system may lack.
    { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: folder }
  : null

export const describeWithSwiftShader = swiftShader === null ? describe.skip : describe
