import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { TensorSession } from '../../../native/tensor/session.ts'
import { mistake, patientSession, results } from './evaluate.ts'

/** Those that are compared with PyTorch. */
const { values } = JSON.parse(
  readFileSync(new URL('../../fixtures/pytorch-tensor-bench.json', import.meta.url), 'utf8'),
) as { readonly values: readonly { readonly expression: string }[] }
const expressions = values.map(({ expression }) => expression)

/** Little memory and little time: a text that needs much of both may be stopped for either. */
const small = { tensorBytes: 1_000_000, totalBytes: 3_000_000, milliseconds: 300 }
const patient = { ...small, milliseconds: 30_000 }

/** Limits that a text reaches for this reason alone, however busy the machine is. */
const limitsFor = (code: string) => (code === 'tensor/too-slow' ? small : patient)

describe('limits', () => {
  test.each([
    ['a loop without an end', 'while True: pass', 'tensor/too-slow'],
    ['a loop of many steps', 'i = 0\nwhile i < 1000000000: i = i + 1', 'tensor/too-slow'],
    ['a product of large matrices', 'a = torch.zeros(1,100000)\nwhile True: b = a@a.T', 'tensor/too-slow'],
    [
      'an Einstein sum over many letters',
      "x = torch.ones(60)\neinsum('a,b,c,d,e->', x, x, x, x, x)",
      'tensor/too-large',
    ],
    ['a tensor that is too large', 'torch.zeros(1000,1000)', 'tensor/too-large'],
    ['a tensor of absurd size', 'torch.zeros(1000000000,1000000000)', 'tensor/too-large'],
    ['broadcasting to a large result', 'torch.zeros(1000,1) + torch.zeros(1000)', 'tensor/too-large'],
    ['many tensors', 'l = []\nfor i in range(1000): l.append(torch.zeros(1000))', 'tensor/too-large'],
    ['a list that is too long', '[0]*1000000', 'tensor/too-large'],
    ['a range that is too long', 'range(1000000000)', 'tensor/too-large'],
    ['a list within itself, again and again', 'l = [1]\nwhile True: l = l + l', 'tensor/too-large'],
    ['a text that is too long', "'a'*1000000", 'tensor/too-large'],
    ['a function that calls itself', 'def f(x): return f(x)\nf(1)', 'tensor/too-large'],
    ['a number that is too large', '2**100', 'tensor/wrong-value'],
    ['a whole tensor that overflows', 'torch.arange(9)**30', 'tensor/wrong-value'],
    ['brackets within brackets', `${'('.repeat(5000)}1${')'.repeat(5000)}`, 'tensor/syntax'],
    ['signs before signs', `${'-'.repeat(5000)}1`, 'tensor/syntax'],
    ['powers of powers', `${'2**'.repeat(5000)}1`, 'tensor/syntax'],
  ])('%s is stopped and told', (_, text, code) => {
    expect(mistake(text, new TensorSession(limitsFor(code))).code).toBe(code)
  })

  test.each([
    ['lists within lists', 'a = [1]\nfor i in range(60): a = [a,a]\na', '[[[[[...], [...]], [[...], [...]]]'],
    ['a list that holds itself', 'l = [1]\nl.append(l)\nl', '[1, [1, [1, '],
    ['a list as deep as a well', 'l = [1]\nfor i in range(20000): l = [l]\nl', '[[[[[...]]]]]'],
    [
      'a tensor stretched beyond all memory',
      'torch.zeros(1).expand(1000000000,1000000)',
      'tensor([[0., 0., 0.,  ..., 0., 0., 0.],',
    ],
  ])('%s is shown in part', (_, text, begins) => {
    expect(results(patientSession(), text).at(-1)?.slice(0, begins.length)).toBe(begins)
  })

  test.each([
    [
      'the sum of a tensor stretched beyond all memory',
      'torch.zeros(1).expand(1000000000,1000000).sum()',
      'tensor/too-slow',
    ],
    ['rows of a long tensor', 'list(torch.zeros(200001))', 'tensor/too-large'],
    ['a list of a long tensor', 'torch.zeros(200001).tolist()', 'tensor/too-large'],
    ['a tensor of lists repeated', 'a = [0]*1000\na = [a]*1000\na = [a]*1000\ntensor([a]*1000)', 'tensor/too-large'],
    [
      'equality of lists within lists',
      'a = [1]\nb = [1]\nfor i in range(60):\n    a = [a,a]\n    b = [b,b]\na == b',
      'tensor/too-slow',
    ],
  ])('%s is stopped', (_, text, code) => {
    expect(mistake(text, new TensorSession(limitsFor(code))).code).toBe(code)
  })

  test('a session that would hold too much forgets what was just named', () => {
    const session = new TensorSession({ tensorBytes: 2 ** 28, totalBytes: 2 ** 30, milliseconds: 30_000 })
    results(session, 'x = 1')
    const { code } = mistake('x = [torch.zeros(10000000) for i in range(12)]', session)
    expect(code).toBe('tensor/too-large')
    expect(results(session, 'x')).toEqual(['1'])
  })

  test('a chain of a hundred thousand additions can be differentiated', () => {
    const session = patientSession()
    expect(
      results(
        session,
        'x = tensor(1.).requires_grad_()\ny = x\nfor i in range(100000): y = y + 1\ny.backward()\nx.grad',
      ),
    ).toEqual(['tensor(1.)'])
  })

  test('no text throws: it has a result or a coded mistake', () => {
    const pieces = ['x', '1', '2.5', '+', '-', '*', '/', '@', '**', '(', ')', '[', ']', ',', ':', '.', '=', ' ', '\n', '    ', "'", 'tensor', 'torch', '.shape', '.sum()', '.T', 'def f(x): return', 'for i in', 'range(3)', 'None', 'if', 'else', 'in', 'lambda', '...', 'stack', '[1,2]', 'len', 'x = ', '#', ';', 'where', '.view(-1)', '==', '<', '~', '&', 'requires_grad_()', '.backward()', 'einsum', "'ij->i'", '\u00e9', '\ud83d'] // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (chosen) => {
        const { problem } = new TensorSession(small).evaluate(`x = torch.ones(2,3)\n${chosen.join('')}`)
        if (problem !== null) expect(problem.code).toMatch(/^tensor\//)
      }),
      { numRuns: 3000, seed: 4 },
    )
  })

  test('mutated expressions have a result or a coded mistake with its place', () => {
    const signs = ['(', ')', '[', ']', ',', ':', '.', '+', '-', '*', '@', '=', '<', '#', '\n', ' ', "'", '0', '9', 'x', '.T', '[None]', '.sum(', '.view(-1)', '.expand(1000000,2)', '.backward()'] // prettier-ignore
    const mutation = fc.record({ at: fc.nat(80), cut: fc.nat(4), put: fc.constantFrom('', ...signs) })
    fc.assert(
      fc.property(fc.constantFrom(...expressions), fc.array(mutation, { minLength: 1, maxLength: 4 }), (text, all) => {
        const mutated = all.reduce((whole, { at, cut, put }) => whole.slice(0, at) + put + whole.slice(at + cut), text)
        const { problem } = new TensorSession(small).evaluate(mutated)
        if (problem === null) return
        expect(problem.code).toMatch(/^tensor\//)
        expect(problem.details).toHaveProperty('line')
        expect(problem.message).not.toMatch(/undefined|\[object/)
      }),
      { numRuns: 4000, seed: 5 },
    )
  })
})
