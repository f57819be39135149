/** Matrix products. */
import { AppError } from '../../../data/error.ts'
import { commonType, requireShape } from '../shapes.ts'
import { showShape, type Value } from '../value.ts'
import { apply } from './define.ts'

export type ProductOptions = {
  /** Use `a` transposed: it is then given as `[k, m]`. */
  readonly transposeA?: boolean
  /** Use `b` transposed: it is then given as `[n, k]`. */
  readonly transposeB?: boolean
  /** Factor on the product. */
  readonly alpha?: number
}

/** `alpha a b`: `[m, k]` times `[k, n]` gives `[m, n]`. */
export function matmul(a: Value, b: Value, options: ProductOptions = {}): Value {
  const { transposeA = false, transposeB = false, alpha = 1 } = options
  return apply('Gemm', [a, b], {
    ...productRules(a, b, options),
    // With C = A B: dA = dC B^T and dB = A^T dC. Where A was used transposed, its gradient comes out transposed: dA = B dC^T.
    gradient: (g) => [
      transposeA
        ? matmul(b, g, { transposeA: transposeB, transposeB: true, alpha })
        : matmul(g, b, { transposeB: !transposeB, alpha }),
      transposeB
        ? matmul(g, a, { transposeA: true, transposeB: transposeA, alpha })
        : matmul(a, g, { transposeA: !transposeA, alpha }),
    ],
  })
}

/**
 * `alpha a b + c` in one operator, where `c` is `[n]` (a bias) or `[m, n]`.
 * https://onnx.ai/onnx/operators/onnx__Gemm.html
 */
export function affine(a: Value, b: Value, c: Value, options: ProductOptions = {}): Value {
  const rules = productRules(a, b, options)
  commonType([a, c], 'Gemm')
  if (c.shape.length === 1) requireShape(c, rules.shape.slice(1), 'Gemm, the bias')
  else requireShape(c, rules.shape, 'Gemm, the addend')
  const product = matmul(a, b, options)
  return apply('Gemm', [a, b, c], {
    ...rules,
    gradient: (g, node) => {
      const [da = null, db = null] =
        product.source.kind === 'operator' && product.source.gradient !== 'none' ? product.source.gradient(g, node) : []
      return [da, db, g]
    },
  })
}

function productRules(a: Value, b: Value, { transposeA = false, transposeB = false, alpha = 1 }: ProductOptions) {
  if (a.shape.length !== 2 || b.shape.length !== 2) {
    throw new AppError(
      'graph/shape-mismatch',
      `A matrix product needs two matrices; found shapes ${showShape(a.shape)} and ${showShape(b.shape)}.`,
    )
  }
  const [rows = 0, inner = 0] = transposeA ? a.shape.toReversed() : a.shape
  const [innerB = 0, columns = 0] = transposeB ? b.shape.toReversed() : b.shape
  if (inner !== innerB) {
    throw new AppError(
      'graph/shape-mismatch',
      `A matrix product needs as many columns on the left as rows on the right; found ${showShape([rows, inner])} times ${showShape([innerB, columns])}.`,
    )
  }
  return {
    shape: [rows, columns],
    type: commonType([a, b], 'Gemm'),
    onnxAttributes: {
      ...(transposeA ? { transA: { int: 1 } } : {}),
      ...(transposeB ? { transB: { int: 1 } } : {}),
      ...(alpha === 1 ? {} : { alpha: { float: alpha } }),
    },
  } as const
}
