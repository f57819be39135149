/** Graphs: values, operators, gradients, and the ONNX files made of them. Pure; it computes nothing itself. */
export * from './value.ts'
export * from './operators/index.ts'
export { gradients, reachedGradients } from './gradients.ts'
export { simplify } from './simplify.ts'
export { portable } from './portable.ts'
export { unroll } from './unroll.ts'
export { nextName, writeModel, writeRepeatedStep, type GraphDescription, type RepeatedStep } from './onnx/write.ts'
export { readMetadata, readWeight } from './onnx/read.ts'
