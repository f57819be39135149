/**
 * Reverse-mode differentiation. Every operation that can be differentiated hands in its local derivative beside its result
 * (`record`); `backward` walks from a loss to what it was made from and multiplies them up, by the chain rule.
 */
import { isFloating } from './dtype.ts'
import { tick } from './limits.ts'
import { Mistake } from './mistake.ts'
import type { Origin } from './tensor.ts'
import { filled, shapeText } from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { mapTwo } from './walk.ts'

let recording = true

export function isRecording(): boolean {
  return recording
}

/** Runs `body` without writing down how its results are made, as `torch.no_grad()` does. */
export function withoutRecording<Result>(body: () => Result): Result {
  const before = recording
  recording = false
  try {
    return body()
  } finally {
    recording = before
  }
}

/**
 * Gives a fresh result its past, where one of the inputs wants a gradient. `rule` gets the gradient with regard to the
 * result and returns one for each input (null: none), of the input's shape.
 */
export function record(result: Tensor, operation: string, inputs: readonly Tensor[], rule: Origin['backward']): Tensor {
  if (!recording || !isFloating(result.dtype) || !inputs.some(({ requiresGrad }) => requiresGrad)) return result
  result.requiresGrad = true
  result.origin = { operation, inputs, backward: rule }
  return result
}

/**
 * Adds to `.grad` of every tensor that asked for gradients and that `loss` was made from.
 * Throws `tensor/no-gradient` where there is nothing to differentiate or `loss` is more than one number.
 */
export function backward(loss: Tensor): void {
  if (!loss.requiresGrad) {
    throw new Mistake(
      'tensor/no-gradient',
      'Nothing that this was computed from asked for gradients. Call .requires_grad_() on the parameters first, then compute it again.',
    )
  }
  if (loss.count !== 1) {
    throw new Mistake(
      'tensor/no-gradient',
      `backward() begins at one number, such as a loss; this has the shape ${shapeText(loss.shape)}. Make it one number with .sum() or .mean().`,
    )
  }
  if (loss.spent) {
    throw new Mistake(
      'tensor/no-gradient',
      'backward() went through this already and freed what it needs. Compute the loss again, then call backward().',
    )
  }
  withoutRecording(() => {
    const gradients = new Map<Tensor, Tensor>([[loss, filled(loss.dtype, loss.shape, 1)]])
    for (const tensor of fromLossToInputs(loss)) {
      const gradient = gradients.get(tensor)
      if (gradient === undefined) continue
      if (tensor.origin === null) {
        tensor.grad = tensor.grad === null ? gradient : sum(tensor.grad, gradient)
        continue
      }
      const { inputs } = tensor.origin
      for (const [index, own] of tensor.origin.backward(gradient).entries()) {
        const input = inputs[index]
        if (own === null || input === undefined || !input.requiresGrad) continue
        const before = gradients.get(input)
        gradients.set(input, before === undefined ? own : sum(before, own))
      }
      gradients.delete(tensor)
      tensor.spent = true
    }
  })
}

/** Each tensor before all that it was made from. No recursion: a training loop's past may be long. */
function fromLossToInputs(loss: Tensor): Tensor[] {
  const done = new Set<Tensor>()
  const order: Tensor[] = []
  const stack: { readonly tensor: Tensor; next: number }[] = [{ tensor: loss, next: 0 }]
  const open = new Set<Tensor>([loss])
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    tick()
    const input = top.tensor.origin?.inputs[top.next]
    top.next += 1
    if (input !== undefined) {
      if (!input.requiresGrad || done.has(input) || open.has(input)) continue
      if (input.spent) throw spentInput()
      open.add(input)
      stack.push({ tensor: input, next: 0 })
    } else {
      stack.pop()
      done.add(top.tensor)
      order.push(top.tensor)
    }
  }
  return order.reverse()
}

function spentInput(): Mistake {
  return new Mistake(
    'tensor/no-gradient',
    'A part of this was computed before the last backward(), which freed what it needs. Compute the predictions again, then the loss.',
  )
}

function sum(a: Tensor, b: Tensor): Tensor {
  return mapTwo(a, b, a.dtype, (x, y) => x + y)
}
