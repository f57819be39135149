/** What stands after a dot or in square brackets: reading it, and giving it a value. */
import { toInt, toTensor } from './arguments.ts'
import { isFloating } from './dtype.ts'
import { isRecording } from './gradient.ts'
import { spendList } from './limits.ts'
import { tensorFrom } from './make.ts'
import { attributes, methods } from './methods.ts'
import { Mistake } from './mistake.ts'
import { assign, rangeOf, select } from './select.ts'
import type { Key } from './select.ts'
import { didYouMean } from './suggest.ts'
import { shapeText } from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { describe, list, none, tuple } from './values.ts'
import type { Value } from './values.ts'
import { copyInto } from './walk.ts'

/** `object.name`. Throws `tensor/unknown-name` and `tensor/wrong-type`. */
export function readMember(object: Value, name: string): Value {
  if (object.kind === 'tensor') {
    const read = attributes.get(name)
    if (read !== undefined) return read(object)
    const method = methods.get(name)
    if (method !== undefined) return { kind: 'builtin', name, run: (call) => method(object, call) }
    throw noAttribute(object, name, [...attributes.keys(), ...methods.keys()])
  }
  if (object.kind === 'module') {
    const member = object.members.get(name)
    if (member !== undefined) return member
    throw noAttribute(object, name, object.members.keys())
  }
  if (object.kind === 'path' && name === 'ls') return { kind: 'builtin', name, run: () => object.list(object.parts) }
  if (object.kind === 'list') {
    const method = listMethod(object, name)
    if (method !== null) return method
  }
  const tensors = object.kind === 'list' || object.kind === 'tuple'
  const advice = tensors && (attributes.has(name) || methods.has(name)) ? ` Tensors have it: make one with ${object.items[0]?.kind === 'tensor' ? 'stack' : 'tensor'}( ).` : '' // prettier-ignore
  const number = object.kind === 'int' || object.kind === 'float'
  throw new Mistake(
    'tensor/wrong-type',
    `There is no .${name} of ${describe(object)}.${advice}${number && (methods.has(name) || attributes.has(name)) ? ' Tensors have it: write tensor( ) around the number.' : ''}`,
  )
}

/** `object[key]`; a key of several parts is a tuple. Throws `tensor/out-of-range`, `tensor/wrong-type` and what selecting throws. */
export function readItem(object: Value, key: Value): Value {
  if (object.kind === 'tensor') return select(object, keysOf(key, object))
  if (object.kind === 'list' || object.kind === 'tuple') return listItem(object, key)
  if (object.kind === 'string') {
    const place = toInt(key, 'The place')
    const letter = object.value.at(place)
    if (letter === undefined) throw outOfList(place, object.value.length)
    return { kind: 'string', value: letter }
  }
  if (object.kind === 'builtin' || object.kind === 'function') {
    throw new Mistake('tensor/wrong-type', `${object.name} is a function: it is called with round brackets, ${object.name}( ).`) // prettier-ignore
  }
  throw new Mistake('tensor/wrong-type', `Square brackets choose from lists and tensors, and this is ${describe(object)}.`) // prettier-ignore
}

function listItem(object: Value & { kind: 'list' | 'tuple' }, key: Value): Value {
  const { items } = object
  if (key.kind === 'slice') {
    const { start, length, step } = rangeOf(key, items.length)
    const part = Array.from({ length }, (_, index) => items[start + index * step] ?? none)
    spendList(length)
    return object.kind === 'list' ? list(part) : tuple(part)
  }
  if (key.kind === 'tuple') {
    throw new Mistake('tensor/wrong-type', 'A list has one axis, and several places are given. Make a tensor of it first: tensor( ), or stack( ) for a list of tensors.') // prettier-ignore
  }
  const place = toInt(key, 'A place in a list')
  const found = items[place < 0 ? place + items.length : place]
  if (found === undefined) throw outOfList(place, items.length)
  return found
}

/** `object[key] = value`. */
export function assignItem(object: Value, key: Value, value: Value): void {
  if (object.kind === 'list') {
    const place = toInt(key, 'The place')
    const index = place < 0 ? place + object.items.length : place
    if (index < 0 || index >= object.items.length) throw outOfList(place, object.items.length)
    object.items[index] = value
    return
  }
  if (object.kind !== 'tensor') {
    throw new Mistake('tensor/wrong-type', `Only places of lists and tensors can be written, and this is ${describe(object)}.`) // prettier-ignore
  }
  const keys = keysOf(key, object)
  refuseLeaf(object)
  const source = value.kind === 'list' ? tensorFrom(value, null, false) : toTensor(value, 'What is written')
  if (source.requiresGrad) throw new Mistake('tensor/no-gradient', 'A value with a gradient cannot be written into a place on the bench. Use .detach(), or build the tensor with stack( ) or cat( ).') // prettier-ignore
  assign(object, keys, source)
}

function keysOf(key: Value, object: Tensor): readonly Key[] {
  const keys = (key.kind === 'tuple' ? key.items : [key]).map((part) => keyOf(part, object))
  if (keys.filter((own) => own === 'rest').length > 1) {
    throw new Mistake('tensor/wrong-value', '... stands for all axes that are left over, so it can stand only once.')
  }
  return keys
}

function keyOf(value: Value, object: Tensor): Key {
  if (value.kind === 'int') return value.value
  if (value.kind === 'none') return 'newAxis'
  if (value.kind === 'ellipsis') return 'rest'
  if (value.kind === 'slice') return value
  if (value.kind === 'list') return tensorFrom(value, null, false)
  if (value.kind === 'tensor') return value.rank === 0 && value.dtype !== 'bool' ? toInt(value, 'A place') : value
  if (value.kind === 'bool') {
    throw new Mistake('tensor/wrong-type', 'A place is a whole number, and this is True or False. A mask needs one for each place.') // prettier-ignore
  }
  if (value.kind === 'float') {
    throw new Mistake('tensor/wrong-type', `A place is a whole number, and this is ${value.value}. Use // to divide, or int( ).`) // prettier-ignore
  }
  throw new Mistake('tensor/wrong-type', `A place in ${describe(object)} is a whole number, a slice such as 4:10, or a mask; this is ${describe(value)}.`) // prettier-ignore
}

function outOfList(place: number, length: number): Mistake {
  const known = length === 0 ? 'it is empty' : `its places go from 0 to ${length - 1}, or from ${-length} to -1`
  return new Mistake('tensor/out-of-range', `There is no place ${place}: ${known}.`)
}

function noAttribute(object: Value, name: string, known: Iterable<string>): Mistake {
  return new Mistake('tensor/unknown-name', `There is no .${name} of ${describe(object)}.${didYouMean(name, known)}`)
}

function listMethod(object: Value & { kind: 'list' }, name: string): Value | null {
  // Lists of files are lists of images here, in the order of their names already.
  if (name === 'sorted' || name === 'ls') return { kind: 'builtin', name, run: () => object }
  if (name !== 'append') return null
  return {
    kind: 'builtin',
    name,
    run: ({ arguments: [value] }) => {
      spendList(1)
      object.items.push(value ?? none)
      return none
    },
  }
}

/** A tensor that was made from no other and asked for gradients is not overwritten: its gradient would be of another value. */
export function refuseLeaf(tensor: Tensor): void {
  if (!tensor.requiresGrad || tensor.origin !== null || !isRecording()) return
  throw new Mistake(
    'tensor/no-gradient',
    'This tensor asked for gradients, so it is not changed in place. Change its numbers through .data, as in params.data -= lr * params.grad, or within torch.no_grad().',
  )
}

/** The numbers of a result over those of a tensor that keeps its shape and type. */
export function writeOver(target: Tensor, changed: Tensor): void {
  if (shapeText(changed.shape) !== shapeText(target.shape)) {
    throw new Mistake(
      'tensor/shape-mismatch',
      `The result has the shape ${shapeText(changed.shape)}, and the place for it ${shapeText(target.shape)}. A tensor keeps its shape when it is changed in place.`,
    )
  }
  if (isFloating(changed.dtype) && !isFloating(target.dtype)) {
    throw new Mistake(
      'tensor/wrong-type',
      `The result has fractions (${changed.dtype}), and the tensor that it is written into has not (${target.dtype}). Write x = x ... instead, or call .float() first.`,
    )
  }
  copyInto(target, changed)
}

/** `object.name = value`. */
export function assignMember(object: Value, name: string, value: Value): void {
  if (object.kind !== 'tensor') {
    throw new Mistake('tensor/wrong-type', `Only tensors have parts that can be set, and this is ${describe(object)}.`)
  }
  if (name === 'grad' && (value.kind === 'none' || value.kind === 'tensor')) {
    object.grad = value.kind === 'none' ? null : value
    return
  }
  if (name === 'data') {
    if (value.kind === 'tensor') {
      // After params.data -= ..., the memory has been written already.
      if (value.storage !== object.storage || value.offset !== object.offset) writeOver(object, value)
      return
    }
    throw new Mistake('tensor/wrong-type', `.data is a tensor, and this is ${describe(value)}.`)
  }
  if (name === 'requires_grad' && value.kind === 'bool') {
    object.requiresGrad = value.value
    return
  }
  throw new Mistake('tensor/wrong-type', `.${name} of a tensor cannot be set. What can be set is .grad, .data and .requires_grad.`) // prettier-ignore
}
