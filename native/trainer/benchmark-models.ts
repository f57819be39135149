/** The models of the benchmark, by names that others use for theirs too. To add one: a line. */
import { defaultSpecification, type RunSpecification } from '../learn/specification.ts'

type Choice = Pick<RunSpecification, 'model' | 'hidden'>

export const benchmarkModels = {
  linear: { model: 'linear', hidden: [] },
  mlp30: { model: 'mlp', hidden: [30] },
  mlp128: { model: 'mlp', hidden: [128] },
  mlp512: { model: 'mlp', hidden: [512, 256] },
  lenet: { model: 'lenet', hidden: [] },
  resnet: { model: 'resnet', hidden: [] },
} as const satisfies Record<string, Choice>

export type BenchmarkModel = keyof typeof benchmarkModels

/** All ten digits, cross-entropy, SGD at 0.1: what the peers do. */
export function benchmarkSpecification(
  name: BenchmarkModel,
  { batchSize, threads }: Pick<RunSpecification, 'batchSize' | 'threads'>,
): RunSpecification {
  return { ...defaultSpecification(), ...benchmarkModels[name], batchSize, threads }
}
