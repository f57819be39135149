/**
 * Trains for some steps and prints what came of it as JSON: `train-on.ts SPECIFICATION STEPS [fed]`. A process of its own, since the
 * graphics card is chosen by the environment that a process starts with. `fed`: nothing is kept on the device.
 */
import { buildModel } from '../../../native/learn/models/index.ts'
import { initialize } from '../../../native/learn/parameters.ts'
import { Random } from '../../../native/learn/random.ts'
import type { RunSpecification } from '../../../native/learn/specification.ts'
import { firstState, stepNumbers, type StepsInput } from '../../../native/trainer/steps.ts'
import { StepsOnCpu } from '../../../native/trainer/steps-on-cpu.ts'
import { StepsOnDevice } from '../../../native/trainer/steps-on-device.ts'

const [text = '', count = '', fed] = process.argv.slice(2)
const spec = JSON.parse(text) as RunSpecification
const total = Number(count)
const imageCount = 64

const random = new Random(3)
const images = new Uint8Array(imageCount * 784)
const classes = new Int32Array(imageCount)
for (let image = 0; image < imageCount; image += 1) {
  classes[image] = image % 10
  for (let pixel = 0; pixel < 784; pixel += 1) {
    const own = Math.floor(pixel / 78) === image % 10
    images[image * 784 + pixel] = random.uniform() < (own ? 0.7 : 0.1) ? 200 : 0
  }
}
const model = buildModel(spec)
const weights = initialize(model.parameters, 'linear', spec.seed)
const start: StepsInput = {
  spec,
  model,
  images,
  imageCount,
  classes,
  outputs: 10,
  state: firstState(spec, weights),
}
const steps =
  spec.device === 'cpu' || spec.device === 'auto'
    ? await StepsOnCpu.create(start)
    : await StepsOnDevice.create(spec.device, start, fed === undefined ? {} : { keep: false })

const indices = Int32Array.from({ length: total * spec.batchSize }, (_, i) => (i * 11) % imageCount)
const losses = await steps.run(
  indices,
  stepNumbers(spec, 1, total, () => spec.learningRate),
)
// A short last mini-batch, as at the end of an epoch.
const short = await steps.run(
  indices.slice(0, spec.batchSize - 1),
  stepNumbers(spec, total + 1, 1, () => spec.learningRate),
)
const logits = await steps.logits(images.subarray(0, 3 * 784), 3)
await steps.settle()
const norms = model.parameters.map(({ name }) => Math.hypot(...steps.numbers(name)))
console.log(JSON.stringify({ losses: [...losses, ...short], logits: [...logits], norms, settled: steps.settledSteps }))
await steps.close()
