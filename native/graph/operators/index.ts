/**
 * The operators. To add one: a function in the file it fits best, with its shape rule and its gradient side by side, an
 * export here, and a line in tests/native/graph/operators.test.ts, which checks its gradient against finite differences.
 */
export * from './elementwise.ts'
export * from './matrix.ts'
export * from './reduce.ts'
export * from './arrange.ts'
export * from './convolution.ts'
export * from './normalize.ts'
