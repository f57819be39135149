/** `node tests/onnx/write-models.ts FOLDER`: writes every ONNX file that Inkling makes, for check_models.py and for Netron. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { modelFiles } from './model-files.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('name a folder')
mkdirSync(folder, { recursive: true })
let count = 0
for (const { name, bytes } of modelFiles()) {
  writeFileSync(join(folder, `${name}.onnx`), bytes)
  count += 1
}
console.log(`${count} files in ${folder}`)
