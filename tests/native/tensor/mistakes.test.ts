import { describe, expect, test } from 'vitest'
import { TensorSession } from '../../../native/tensor/session.ts'
import { mistake, results } from './evaluate.ts'

/** The text, the code, what is marked, and words that the message must hold: what was found, what was expected, what to do. */
const typical: readonly (readonly [
  name: string,
  text: string,
  code: string,
  marked: string,
  words: readonly string[],
])[] = [
  ['shapes that do not fit', 'tensor([1,2,3]) + tensor([1,2])', 'tensor/shape-mismatch', '+', ['last axis', '3', '2']],
  [
    'shapes that fit along the first axis only',
    'torch.ones(3,4) - torch.ones(3)',
    'tensor/shape-mismatch',
    '-',
    ['4', '3', '[:,None]'],
  ],
  ['a place beyond the end', 'x = tensor([1,2,3])\nx[3]', 'tensor/out-of-range', '[3]', ['3', '0 to 2']],
  ['too many places', 'tensor([1,2,3])[0,1]', 'tensor/out-of-range', '[0,1]', ['one axis', '2']],
  ['a mistyped name', 'stacked = tensor([1])\nstakced.shape', 'tensor/unknown-name', 'stakced', ['stakced', 'stacked']],
  ['a mistyped method', 'tensor([1]).sumn()', 'tensor/unknown-name', 'sumn', ['sumn', 'sum']],
  [
    'a sign that takes two places in the text',
    '1 + \u{1F600}',
    'tensor/syntax',
    '\u{1F600}',
    ['\u{1F600}', 'Take it out'],
  ],
  ['a sign that cannot be seen', '1 + \u202e2', 'tensor/syntax', '\u202e', ['U+202E', 'cannot be seen']],
  ['a bracket that is not closed', '(1 + 2', 'tensor/syntax', '(', [')']],
  ['a bracket of another kind', '[1, 2)', 'tensor/syntax', ')', [']']],
  ['a bracket too many', '1 + 2)', 'tensor/syntax', ')', ['closes nothing']],
  ['a text that is not closed', "einsum('ij, a)", 'tensor/syntax', "'ij, a)", ["'"]],
  ['a sign without a right side', '3 +', 'tensor/syntax', '\n', ['value is missing']],
  ['two values without a sign', '3 4', 'tensor/syntax', '4', ['sign']],
  ['a mean of whole numbers', 'tensor([1,2,3]).mean()', 'tensor/wrong-type', 'mean()', ['int64', '.float()']],
  ['a view that does not fit', 'torch.arange(6).view(4,2)', 'tensor/shape-mismatch', 'view(4,2)', ['8', '6', '-1']],
  [
    'matrices that do not fit',
    'torch.zeros(2,3)@torch.zeros(2,3)',
    'tensor/shape-mismatch',
    '@',
    ['[2, 3]', '3', '2', '.T'],
  ],
  ['matrices of two types', 'torch.zeros(2,3)@torch.arange(3)', 'tensor/wrong-type', '@', ['int64', '.float()']],
  ['a call of what is no function', 'x = tensor([1])\nx(0)', 'tensor/wrong-type', 'x(0)', ['function', '[ ]']],
  ['a list that is divided', '[1,2,3]/2', 'tensor/wrong-type', '/', ['list', 'tensor( )']],
  ['the item of many', 'tensor([1,2]).item()', 'tensor/wrong-value', 'item()', ['2', '.tolist()']],
  [
    'rows of different lengths',
    'tensor([[1,2],[3]])',
    'tensor/shape-mismatch',
    'tensor([[1,2],[3]])',
    ['equally long', '2', '1'],
  ],
  [
    'gradients of whole numbers',
    'tensor(3).requires_grad_()',
    'tensor/no-gradient',
    'requires_grad_()',
    ['int64', 'tensor(3.)'],
  ],
  ['backward without a request', 'tensor(3.).backward()', 'tensor/no-gradient', 'backward()', ['requires_grad_']],
  [
    'backward from many numbers',
    '(tensor([1.,2.]).requires_grad_()**2).backward()',
    'tensor/no-gradient',
    'backward()',
    ['[2]', '.sum()'],
  ],
  [
    'backward twice',
    'x = tensor(1.).requires_grad_()\ny = x**2\ny.backward()\ny.backward()',
    'tensor/no-gradient',
    'backward()',
    ['again'],
  ],
  ['yes or no of many', 'if tensor([1,2]) > 1: 3', 'tensor/wrong-value', 'tensor([1,2]) > 1', ['.all()', '.any()']],
  ['an axis that is not there', 'torch.zeros(2,3).sum(2)', 'tensor/out-of-range', 'sum(2)', ['axis 2', '0 to 1']],
  [
    'a mask of another length',
    'torch.arange(3)[tensor([True,False])]',
    'tensor/shape-mismatch',
    '[tensor([True,False])]',
    ['[2]', '[3]'],
  ],
  ['a setting that is not there', 'torch.zeros(2).sum(dimm=0)', 'tensor/wrong-type', 'sum(dimm=0)', ['dimm', 'dim']],
  ['names and values of different number', 'a,b = [1,2,3]', 'tensor/wrong-value', 'a,b', ['2', '3']],
  ['a division by zero', '1/0', 'tensor/wrong-value', '/', ['0']],
  [
    'a picture of rank 3',
    'show_image(torch.zeros(5,28,28))',
    'tensor/shape-mismatch',
    'show_image(torch.zeros(5,28,28))',
    ['rank', 'x[0]'],
  ],
  [
    'equations with other sizes',
    "einsum('ij,jk->ik', torch.ones(2,3), torch.ones(2,3))",
    'tensor/shape-mismatch',
    "einsum('ij,jk->ik', torch.ones(2,3), torch.ones(2,3))",
    ['j', '3', '2'],
  ],
  ['a block that is not indented', 'for i in range(3):\nprint(i)', 'tensor/syntax', 'p', ['indent']],
  ['the shape of a plain number', 'x = 3\nx.shape', 'tensor/wrong-type', 'shape', ['whole number 3', 'tensor( )']],
  ['an attribute of a list', '[1,2].shape', 'tensor/wrong-type', 'shape', ['list', 'tensor( )']],
  ['a chart', 'plt.scatter(1,2)', 'tensor/unknown-name', 'plt', ['show_image']],
  ['a layer of another library', 'nn.Linear(784,1)', 'tensor/unknown-name', 'nn', ['Train page', 'x@weights']],
  ['truth values subtracted', '1 - (tensor([1,2])>1)', 'tensor/wrong-type', '-', ['.float()']],
]

describe('typical mistakes', () => {
  test.each(typical)('%s', (_, text, code, marked, words) => {
    const found = mistake(text)
    expect(found.code).toBe(code)
    expect(found.marked).toBe(marked === '\n' ? '' : marked)
    for (const word of words) expect(found.message).toContain(word)
    // Whole sentences, which say more than that something is wrong.
    expect(found.message.length).toBeGreaterThan(30)
    expect(found.message).toMatch(/[.?]$|\]\.$/m)
  })

  test('both shapes of a mismatch stand above each other by their last axes', () => {
    const { message } = mistake('torch.ones(1010,28,28) - torch.ones(28,27)')
    const [left = '', right = ''] = message.split('\n').filter((line) => line.startsWith('  '))
    expect(left).toBe('  left   1010  28  28')
    expect(right).toBe('  right        28  27')
  })

  test('what came before the mistake is shown', () => {
    const { outputs, problem } = new TensorSession().evaluate('1 + 1\n2 + x')
    expect(outputs).toHaveLength(1)
    expect(problem?.details).toMatchObject({ line: 2, column: 5 })
  })

  test('a mistake within a function from before is told at its call', () => {
    const session = new TensorSession()
    results(session, 'def f(a, b):\n    return a + b')
    const { marked, message } = mistake('y = f(tensor([1,2]), tensor([1,2,3]))', session)
    expect(marked).toBe('f(tensor([1,2]), tensor([1,2,3]))')
    expect(message).toContain('Within f()')
  })

  test('a mistake within a function of the same text is told where it is', () => {
    expect(mistake('def f(a):\n    return a + nothing\nf(1)')).toMatchObject({ marked: 'nothing', line: 2 })
  })
})
