/** The formulas of initializations, losses and optimizers, as TeX. To add one of these: its formulas here. */
import type { InitializationName, LossName, OptimizerName, RunSpecification } from './specification.ts'

/**
 * TeX, and the name of the value behind each of its letters. `{parameter}` in a name stands for any parameter of the model: one
 * formula serves all. `i` counts images, `n` is how many there are, `c` how many outputs.
 */
export type Formula = { readonly tex: string; readonly letters: Readonly<Record<string, string>> }

/** A formula with those of the letters that stand in it. */
export function formula(tex: string, letters: Readonly<Record<string, string>>): Formula {
  return { tex, letters: Object.fromEntries(Object.entries(letters).filter(([letter]) => tex.includes(letter))) }
}

const initializations: Readonly<Record<InitializationName, string>> = {
  zeros: 'w = 0',
  normal: 'w \\sim N(0, 1)',
  linear: 'w \\sim U\\left(-\\tfrac{1}{\\sqrt{n}}, \\tfrac{1}{\\sqrt{n}}\\right)',
  xavier: 'w \\sim U\\left(-\\sqrt{\\tfrac{6}{n + m}}, \\sqrt{\\tfrac{6}{n + m}}\\right)',
  he: 'w \\sim N\\left(0, \\tfrac{2}{n}\\right)',
  averages: 'w_j = 2 m_j,\\quad b_j = -|m_j|^2',
}

/** n numbers go into one output of the layer, one number goes to m outputs; m_j is the average image of class j, of two classes a is the first digit. */
export function initializationFormula(how: InitializationName, single: boolean): Formula[] {
  const tex = how === 'averages' && single ? 'w = 2 (m_a - m_b),\\quad b = |m_b|^2 - |m_a|^2' : initializations[how]
  return [formula(tex, { w: '{parameter}' })]
}

/** `slope` is the gradient of the loss by the logits. */
type LossFormulas = { readonly loss: readonly Formula[]; readonly slope: readonly Formula[] }

type TexOfLoss = { readonly each: string; readonly slope: string }

/** With one output; and with several, where j and k count outputs. */
const losses: Readonly<Record<LossName, { readonly single: TexOfLoss; readonly several: TexOfLoss }>> = {
  mnist_loss: {
    single: {
      each: '\\ell_i = \\begin{cases} 1 - p_i & t_i = 1 \\\\ p_i & t_i = 0 \\end{cases}',
      slope: '\\frac{\\partial L}{\\partial z_i} = \\frac{1}{n} (1 - 2 t_i)\\, p_i (1 - p_i)',
    },
    several: { each: '', slope: '' },
  },
  cross_entropy: {
    single: { each: '', slope: '' },
    several: {
      each: '\\ell_i = -\\sum_j t_{ij} \\log p_{ij}',
      slope: '\\frac{\\partial L}{\\partial z_{ij}} = \\frac{1}{n} (p_{ij} - t_{ij})',
    },
  },
  binary_cross_entropy: {
    single: {
      each: '\\ell_i = -t_i \\log p_i - (1 - t_i) \\log(1 - p_i)',
      slope: '\\frac{\\partial L}{\\partial z_i} = \\frac{1}{n} (p_i - t_i)',
    },
    several: {
      each: '\\ell_i = -\\frac{1}{c} \\sum_j t_{ij} \\log p_{ij} + (1 - t_{ij}) \\log(1 - p_{ij})',
      slope: '\\frac{\\partial L}{\\partial z_{ij}} = \\frac{1}{n c} (p_{ij} - t_{ij})',
    },
  },
  mse: {
    single: {
      each: '\\ell_i = (p_i - t_i)^2',
      slope: '\\frac{\\partial L}{\\partial z_i} = \\frac{2}{n} (p_i - t_i)\\, p_i (1 - p_i)',
    },
    several: {
      each: '\\ell_i = \\frac{1}{c} \\sum_j (p_{ij} - t_{ij})^2',
      slope:
        '\\frac{\\partial L}{\\partial z_{ij}} = \\frac{2}{n c}\\, p_{ij} \\left(p_{ij} - t_{ij} - \\sum_k (p_{ik} - t_{ik})\\, p_{ik}\\right)',
    },
  },
  l1: {
    single: {
      each: '\\ell_i = |p_i - t_i|',
      slope: '\\frac{\\partial L}{\\partial z_i} = \\frac{1}{n} \\operatorname{sign}(p_i - t_i)\\, p_i (1 - p_i)',
    },
    several: {
      each: '\\ell_i = \\frac{1}{c} \\sum_j |p_{ij} - t_{ij}|',
      slope:
        '\\frac{\\partial L}{\\partial z_{ij}} = \\frac{1}{n c}\\, p_{ij} \\left(\\operatorname{sign}(p_{ij} - t_{ij}) - \\sum_k \\operatorname{sign}(p_{ik} - t_{ik})\\, p_{ik}\\right)',
    },
  },
  accuracy: {
    single: {
      each: '\\ell_i = [\\,[z_i > 0] \\ne t_i\\,]',
      slope: '\\frac{\\partial L}{\\partial z_i} = 0',
    },
    several: {
      each: '\\ell_i = [\\,\\operatorname{argmax}_j z_{ij} \\ne \\operatorname{argmax}_j t_{ij}\\,]',
      slope: '\\frac{\\partial L}{\\partial z_{ij}} = 0',
    },
  },
}

export function lossFormulas({ loss }: Pick<RunSpecification, 'loss'>, single: boolean): LossFormulas {
  const { each, slope } = losses[loss][single ? 'single' : 'several']
  const values = { p: 'probabilities', t: 'targets', '\\ell': 'losses' }
  const slopeLetter = `\\frac{\\partial L}{\\partial z_${single ? 'i' : '{ij}'}}`
  return {
    loss: [formula(each, values), formula('L = \\frac{1}{n} \\sum_i \\ell_i', { L: 'loss', '\\ell': 'losses' })],
    slope: [formula(slope, { [slopeLetter]: 'logits.gradient', p: 'probabilities', t: 'targets' })],
  }
}

/** From w, its gradient g and what the optimizer remembers to w', the weight after. `eta` is the learning rate. */
const updates: Readonly<Record<OptimizerName, readonly string[]>> = {
  sgd: ["w' = w - \\eta g"],
  momentum: ["v' = 0.9\\, v + g", "w' = w - \\eta v'"],
  nesterov: ["v' = 0.9\\, v + g", "w' = w - \\eta (g + 0.9\\, v')"],
  adam: [
    "m' = 0.9\\, m + 0.1\\, g",
    "s' = 0.999\\, s + 0.001\\, g^2",
    "w' = w - \\frac{\\eta}{c_1} \\cdot \\frac{m'}{\\sqrt{s'} / c_2 + 10^{-8}}",
  ],
  adamw: [
    "m' = 0.9\\, m + 0.1\\, g",
    "s' = 0.999\\, s + 0.001\\, g^2",
    "w' = w - \\eta \\lambda w - \\frac{\\eta}{c_1} \\cdot \\frac{m'}{\\sqrt{s'} / c_2 + 10^{-8}}",
  ],
}

const lettersOfUpdate = {
  w: '{parameter}',
  "w'": '{parameter}.after',
  g: '{parameter}.gradient',
  '\\eta': 'learning_rate',
}

const lettersOfMemory: Readonly<Record<OptimizerName, Readonly<Record<string, string>>>> = {
  sgd: {},
  momentum: { v: '{parameter}.velocity', "v'": '{parameter}.velocity.after' },
  nesterov: { v: '{parameter}.velocity', "v'": '{parameter}.velocity.after' },
  adam: adamLetters(),
  adamw: adamLetters(),
}

function adamLetters(): Readonly<Record<string, string>> {
  return {
    m: '{parameter}.mean',
    "m'": '{parameter}.mean.after',
    s: '{parameter}.square',
    "s'": '{parameter}.square.after',
    c_1: 'correction_1',
    c_2: 'correction_2',
  }
}

type UpdateSpecification = Pick<RunSpecification, 'optimizer' | 'weightDecay' | 'forgetZeroGrad'>

/**
 * What happens to the gradient first (a forgotten zero_grad adds the earlier ones, weight decay pulls towards 0), then the step.
 * From the first of these on, g is what they made of it.
 */
export function updateFormulas({ optimizer, weightDecay, forgetZeroGrad }: UpdateSpecification): Formula[] {
  const letters = { ...lettersOfUpdate, ...lettersOfMemory[optimizer] }
  const before: Formula[] = []
  if (forgetZeroGrad) {
    const sums = { G: '{parameter}.gradient_sum', "G'": '{parameter}.gradient_sum.after' }
    before.push(formula("G' = G + g", { ...letters, ...sums }), formula("g \\leftarrow G'", sums))
  }
  if (weightDecay > 0 && optimizer !== 'adamw') {
    before.push(formula(`g \\leftarrow g + ${weightDecay}\\, w`, letters))
  }
  const steps = updates[optimizer].map((tex) => {
    const decay = weightDecay > 0 ? String(weightDecay) : ''
    return decay === '' ? tex.replace(' - \\eta \\lambda w', '') : tex.replace('\\lambda', `\\cdot ${decay}\\,`)
  })
  return [...before, ...steps.map((tex) => formula(tex, letters))]
}
