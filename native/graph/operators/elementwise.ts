/** Operators that work number by number: arithmetic, activations, comparison and choice. */
import { broadcastShapes, commonType } from '../shapes.ts'
import { constant, isFloat, type ElementType, type Value } from '../value.ts'
import { apply, withGradient } from './define.ts'

/** A number of the same element type as `like`. */
const number = (value: number, like: Value): Value => constant(value, { type: like.type })

/** One number in, one out: `gradient` is incoming times the slope. */
function unary(onnx: string, x: Value, gradient: ((incoming: Value, y: Value) => Value) | 'none'): Value {
  return apply(onnx, [x], {
    shape: x.shape,
    type: x.type,
    gradient: gradient === 'none' ? 'none' : (incoming, y) => [gradient(incoming, y)],
  })
}

/** Two numbers in, one out, with broadcasting. */
function binary(onnx: string, a: Value, b: Value, gradient: (incoming: Value, y: Value) => [Value, Value]): Value {
  return apply(onnx, [a, b], {
    shape: broadcastShapes(a.shape, b.shape, onnx),
    type: commonType([a, b], onnx),
    gradient,
  })
}

function comparison(onnx: string, a: Value, b: Value): Value {
  commonType([a, b], onnx)
  return apply(onnx, [a, b], { shape: broadcastShapes(a.shape, b.shape, onnx), type: 'bool', gradient: 'none' })
}

// d(a + b) = da + db
export const add = (a: Value, b: Value): Value => binary('Add', a, b, (g) => [g, g])

// d(a - b) = da - db
export const sub = (a: Value, b: Value): Value => binary('Sub', a, b, (g) => [g, neg(g)])

// d(a b) = b da + a db
export const mul = (a: Value, b: Value): Value => binary('Mul', a, b, (g) => [mul(g, b), mul(g, a)])

// d(a / b) = da / b - (a / b) db / b
export const div = (a: Value, b: Value): Value => binary('Div', a, b, (g, y) => [div(g, b), neg(mul(g, div(y, b)))])

export const neg = (x: Value): Value => unary('Neg', x, (g) => neg(g))

// exp is its own slope
export const exp = (x: Value): Value => unary('Exp', x, (g, y) => mul(g, y))

// The slope of log x is 1 / x
export const log = (x: Value): Value => unary('Log', x, (g) => div(g, x))

// The slope of sqrt x is 1 / (2 sqrt x)
export const sqrt = (x: Value): Value => unary('Sqrt', x, (g, y) => div(g, mul(number(2, y), y)))

// The slope of |x| is the sign of x; at 0 it is taken as 0, as in PyTorch.
export const abs = (x: Value): Value => unary('Abs', x, (g) => mul(g, sign(x)))

export const sign = (x: Value): Value => unary('Sign', x, 'none')

// ReLU passes the gradient on where its input was above 0, and nothing elsewhere (at 0 nothing, as in PyTorch).
export const relu = (x: Value): Value => unary('Relu', x, (g, y) => mul(g, cast(greater(y, number(0, y)), y.type)))

// s' = s (1 - s)
export const sigmoid = (x: Value): Value => unary('Sigmoid', x, (g, y) => mul(g, mul(y, sub(number(1, y), y))))

/** log(1 + exp x), without overflow. Its slope is the sigmoid, at the kinks of these parts too, which both lie at 0. */
export function softplus(x: Value): Value {
  const y = add(relu(x), log(add(exp(neg(abs(x))), number(1, x))))
  return withGradient(y, [x], (g) => [mul(g, sigmoid(x))])
}

// tanh' = 1 - tanh^2
export const tanh = (x: Value): Value => unary('Tanh', x, (g, y) => mul(g, sub(number(1, y), mul(y, y))))

/** The largest whole number that is not above x. */
export const floor = (x: Value): Value => unary('Floor', x, 'none')

export const greater = (a: Value, b: Value): Value => comparison('Greater', a, b)

export const equal = (a: Value, b: Value): Value => comparison('Equal', a, b)

// Where the condition holds the gradient goes to `a`, elsewhere to `b`.
export function where(condition: Value, a: Value, b: Value): Value {
  return apply('Where', [condition, a, b], {
    shape: broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape, 'Where'), 'Where'),
    type: commonType([a, b], 'Where'),
    gradient: (g) => [null, where(condition, g, number(0, g)), where(condition, number(0, g), g)],
  })
}

// Between floats the gradient changes its type back; whole numbers have none.
export function cast(x: Value, to: ElementType): Value {
  return apply('Cast', [x], {
    shape: x.shape,
    type: to,
    gradient: (g) => [isFloat(x.type) && isFloat(to) ? cast(g, x.type) : null],
    onnxAttributes: { to: { int: onnxTypeCodes[to] } },
  })
}

/**
 * Whole numbers as floats times a scale: `[..]` uint8 to float32. One pass over the memory where Cast and Mul take two.
 * https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html
 */
export function dequantize(x: Value, scale: number): Value {
  return apply('DequantizeLinear', [x, constant(scale)], { shape: x.shape, type: 'float32', gradient: 'none' })
}

/** TensorProto.DataType of ONNX. */
export const onnxTypeCodes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
}
