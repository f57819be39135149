/** Commands about average digits and the nearest-average classifier. */
import type { Datasets } from '../../../data/datasets.ts'
import { distances } from '../../../native/averages/distances.ts'
import { NearestAverage } from '../../../native/averages/nearest-average.ts'
import type { AveragesShelf } from '../averages-shelf.ts'
import { imageDetail } from './datasets.ts'
import type { Part } from './part.ts'

export function averagesHandlers(shelf: AveragesShelf, datasets: Datasets): Part<'averages'> {
  return {
    async 'averages.compute'({ dataset, digits }) {
      const { counts, means } = await shelf.averages(dataset, digits)
      return { dataset, digits, counts: [...counts], means }
    },
    async 'averages.evaluate'({ dataset, digits, distance }) {
      const classifier = await shelf.classifier(dataset, digits, distance)
      const { perDigit, mean, overall, count, confusion } = classifier.evaluate(await datasets.load(dataset, 'test'))
      return { dataset, distance, digits, perDigit, mean, overall, count, confusion }
    },
    async 'averages.compare'({ dataset, digits, split, index }) {
      const averages = await shelf.averages(dataset, digits)
      const image = imageDetail(dataset, split, await datasets.load(dataset, split), index)
      const [l1 = [], rmse = []] = distances.map((distance) => [
        ...new NearestAverage(averages, distance).distances(image.pixels),
      ])
      return { image, digits, l1, rmse }
    },
  }
}
