/** What is said of a name that is not known: the nearest known one, or where in the program it is found instead. */
import { Mistake } from './mistake.ts'
import { didYouMean } from './suggest.ts'

const training = 'Whole models are trained on the Train page; here layers are made of tensors, as in x@weights + bias.'
const drawing = 'Charts are not drawn on the bench; show_image() draws a matrix.'
/** Names of the chapter's libraries that the bench leaves to others. */
const elsewhere = new Map([
  ...['nn', 'Learner', 'DataLoaders', 'SGD', 'cnn_learner', 'ImageDataLoaders', 'resnet18'].map((name) => [name, training] as const), // prettier-ignore
  ...['plt', 'plot_function', 'gv', 'pd', 'matplotlib'].map((name) => [name, drawing] as const),
  ['untar_data', "The images are here already: path/'train'/'3', threes, train_x."],
])

export function unknownName(name: string, known: Iterable<string>): Mistake {
  const hint = elsewhere.get(name)
  if (hint !== undefined) return new Mistake('tensor/unknown-name', `There is no ${name} here. ${hint}`)
  return new Mistake(
    'tensor/unknown-name',
    `There is no ${name} here.${didYouMean(name, known)} A name is known once it was given a value, as in ${name} = tensor([1, 2, 3]).`,
  )
}
