/** The Explain drawer of the Train page: what happens in one step, by which formulas, and what its pictures show. */
import type { ReactNode } from 'react'
import { lossFormulas, updateFormulas, type Formula as TeX } from '../../../native/learn/formulas.ts'
import {
  hasSingleOutput,
  losses,
  optimizers,
  type OptimizerName,
  type RunSpecification,
} from '../../../native/learn/specification.ts'
import { Formula } from '../../ui/formula/formula.tsx'

const velocity = (
  <>
    {' '}
    <Formula tex="v" /> is its velocity: what is left of its last steps.
  </>
)
const means = (
  <>
    {' '}
    <Formula tex="m" /> and <Formula tex="s" /> are running means of its gradient and of the gradient&apos;s square;{' '}
    <Formula tex="c_1" /> and <Formula tex="c_2" /> make up for their start at 0.
  </>
)
/** What the letters of the step stand for, where it has more than weight, gradient and learning rate. */
const memories: Readonly<Record<OptimizerName, ReactNode>> = {
  sgd: null,
  momentum: velocity,
  nesterov: velocity,
  adam: means,
  adamw: means,
}

/** The formulas are those of this run, or of the form's settings. */
export function ExplainTraining({ specification }: { readonly specification: RunSpecification }) {
  const { loss, optimizer } = specification
  const lossLines = lossFormulas(specification, hasSingleOutput(specification)).loss
  const counts = lossLines.some(({ tex }) => /\bc\b/.test(tex))
  return (
    <>
      <p>
        Stochastic gradient descent (SGD) looks at a few images at a time, a <b>mini-batch</b>. It lets the model
        answer, measures with the <b>loss</b> how wrong the answers are, and finds for each weight in which direction
        the loss grows: its <b>gradient</b>.
      </p>
      <p>
        Then each weight takes a small step against its gradient. The <b>learning rate</b> says how small. Too low, and
        nothing much happens; too high, and the steps jump over the valley, or the loss is no number any more.
      </p>
      <p>
        <b>{losses[loss].title}</b> is the loss here, of image <Formula tex="i" /> and of the mini-batch:
      </p>
      <Lines formulas={lossLines} />
      <p>
        {loss === 'accuracy' ? (
          <>
            <Formula tex="z" /> are the outputs, <Formula tex="t" /> is what is right, and a bracket is 1 where it is
            true, else 0.
          </>
        ) : (
          <>
            <Formula tex="p" /> is the probability that the model gives to an answer, and <Formula tex="t" /> is 1 for
            the right one, else 0. The mini-batch has <Formula tex="n" /> images
            {hasSingleOutput(specification) ? null : (
              <>
                ; <Formula tex="j" /> counts the classes
                {counts ? (
                  <>
                    , of which there are <Formula tex="c" />
                  </>
                ) : null}
              </>
            )}
            .
          </>
        )}
      </p>
      <p>
        <b>{optimizers[optimizer].title}</b> takes the step of each weight <Formula tex="w" />, from its gradient{' '}
        <Formula tex="g" /> and the learning rate <Formula tex="\eta" />. A prime marks what comes after.
        {memories[optimizer]}
      </p>
      <Lines formulas={updateFormulas(specification)} />
      <p>
        After every image was used once, an <b>epoch</b> has ended. The model is then tried on the test images, which it
        never learned from: that is the accuracy below.
      </p>
      <p>
        <b>Loss chart.</b> The pale band spans the lowest to the highest loss of neighboring mini-batches. The dark line
        is their running mean, over few mini-batches at first and about 50 later. Orange points are the loss on the test
        images.
      </p>
      <p>
        <b>Looking back.</b> While a run rests, drag in the loss chart: everything shows that mini-batch as it was. From
        there a new run can go on with one thing changed. The run that it began in is then the dotted green line.
      </p>
      <p>
        <b>Weights.</b> A weight belongs to a pixel, so a unit&apos;s 784 weights make a picture. All pictures share one
        scale.
      </p>
    </>
  )
}

function Lines({ formulas }: { readonly formulas: readonly TeX[] }) {
  return formulas.map(({ tex }) => <Formula key={tex} display tex={tex} />)
}
