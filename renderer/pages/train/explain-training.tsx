/** The Explain drawer of the Train page: what happens in one step, and what its pictures show. */
export function ExplainTraining() {
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
        After every image was used once, an <b>epoch</b> has ended. The model is then tried on the test images, which it
        never learned from: that is the accuracy below.
      </p>
      <p>
        <b>Loss chart.</b> The pale band spans the lowest to the highest loss of neighboring mini-batches. The dark line
        is their running mean, over few mini-batches at first and about 50 later. Orange points are the loss on the test
        images.
      </p>
      <p>
        <b>Weights.</b> A weight belongs to a pixel, so a unit&apos;s 784 weights make a picture. All pictures share one
        scale.
      </p>
    </>
  )
}
