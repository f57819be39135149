/** The Explain drawer of the Averages page. */
import { Formula } from '../../ui/formula/formula.tsx'

export function ExplainAverages() {
  return (
    <>
      <p>
        Before anything is trained, try the simplest thing that could work: it is the <b>baseline</b> that every model
        has to beat. Here it is pixel similarity.
      </p>
      <p>
        For each digit, the training images are laid over each other and averaged, pixel by pixel. An image is then
        taken for the digit whose average is nearest.
      </p>
      <p>
        <b>L1</b> is the mean of the absolute differences. Here <Formula tex="x_i" /> is a pixel of the image and{' '}
        <Formula tex="m_i" /> the same pixel of the average, from 0 for white to 1 for black.
      </p>
      <Formula display tex="\mathrm{L1} = \frac{1}{784} \sum_i \left| x_i - m_i \right|" />
      <p>
        <b>RMSE</b> squares the differences, takes their mean and then the root, so that a few large differences count
        more than many small ones.
      </p>
      <Formula display tex="\mathrm{RMSE} = \sqrt{\frac{1}{784} \sum_i (x_i - m_i)^2}" />
      <p>
        Plain differences would cancel out: blue is where the image is darker, orange where the average is. That is why
        both distances get rid of the sign.
      </p>
      <p>
        For two digits the book gives the mean of the two accuracies; for all ten the page gives the share of all test
        images.
      </p>
    </>
  )
}
