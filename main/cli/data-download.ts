/** `data download`: MNIST and Fashion-MNIST from public mirrors. */
import { downloadSet, type DownloadOutcome } from '../../data/download/download.ts'
import { findOffer, offers, resolveMirrors, sizeOf, type Offer } from '../../data/download/offers.ts'
import type { DownloadProgress } from '../../data/download/progress.ts'
import { megabytes } from '../../data/download/store.ts'
import { defineCommand, type Context } from './command.ts'
import { argument, choice } from './options.ts'

/** Milliseconds between two lines of `--json`. */
const LINE_INTERVAL = 500

export const command = defineCommand({
  description: [
    'Downloads a data set into the data directory, each file checked by its SHA-256. What an interrupted download left, or what lies in INKLING_DATASETS already, is not fetched again. Respects HTTPS_PROXY, HTTP_PROXY and NO_PROXY. INKLING_MIRRORS names mirrors of your own, separated by spaces: folders that hold mnist/ and fashion-mnist/.',
    '',
    ...offers.map(
      (offer) => `${offer.title}: ${megabytes(sizeOf(offer))}, ${offer.license}, by ${offer.authors}. ${offer.home}`,
    ),
  ].join('\n'),
  options: {
    dataset: argument(
      choice(
        offers.map(({ dataset }) => dataset),
        { description: 'What to download.' },
      ),
    ),
  },
  examples: ['data download mnist', 'data download fashion_mnist --json'],
  async run({ dataset }, context) {
    const offer = findOffer(dataset)
    const report = new DownloadReport(offer, context)
    report.begin(resolveMirrors(offer))
    const controller = new AbortController()
    context.onInterrupt(() => controller.abort())
    const outcome = await downloadSet(offer, {
      dataDirectory: context.dataDirectory,
      searchFolders: context.searchFolders,
      signal: controller.signal,
      onProgress: (progress) => report.progress(progress),
    })
    report.end(outcome)
    return outcome.outcome === 'cancelled' ? 130 : 0
  },
})

class DownloadReport {
  readonly #offer: Offer
  readonly #context: Context
  #lastLine = Number.NEGATIVE_INFINITY

  constructor(offer: Offer, context: Context) {
    this.#offer = offer
    this.#context = context
  }

  begin(mirrors: readonly string[]): void {
    const { title, license, authors } = this.#offer
    const hosts = mirrors.map((mirror) => new URL(mirror).host).join(', ')
    if (!this.#context.json) {
      this.#context.note(`${title}: ${megabytes(sizeOf(this.#offer))}, ${license}, by ${authors}.\nMirrors: ${hosts}`)
    }
  }

  progress(progress: DownloadProgress): void {
    if (!this.#context.json) this.#context.progress(describe(progress))
    else if (performance.now() - this.#lastLine >= LINE_INTERVAL) {
      this.#lastLine = performance.now()
      this.#context.print(
        JSON.stringify({
          event: 'progress',
          dataset: this.#offer.dataset,
          file: progress.file,
          mirror: progress.mirror,
          have_bytes: progress.haveBytes,
          resumed_bytes: progress.resumedBytes,
          total_bytes: progress.totalBytes,
          bytes_per_second: progress.bytesPerSecond,
          seconds_left: progress.secondsLeft,
        }),
      )
    }
  }

  end(outcome: DownloadOutcome): void {
    const { json, print, warn } = this.#context
    if (json) {
      print(
        JSON.stringify({
          event: outcome.outcome,
          dataset: this.#offer.dataset,
          folder: outcome.folder,
          received_bytes: outcome.receivedBytes,
          resumed_bytes: outcome.resumedBytes,
          have_bytes: outcome.haveBytes,
          total_bytes: outcome.totalBytes,
          moved_aside: outcome.movedAside,
        }),
      )
      return
    }
    if (outcome.outcome === 'cancelled') warn(cancelled(this.#offer, outcome))
    else for (const line of done(this.#offer, outcome)) print(line)
  }
}

function describe({ haveBytes, totalBytes, bytesPerSecond, secondsLeft, mirror }: DownloadProgress): string {
  const percent = Math.floor((100 * haveBytes) / totalBytes)
  const rate = bytesPerSecond === null ? '' : `, ${megabytes(bytesPerSecond)}/s`
  const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`
  return `${percent} %: ${megabytes(haveBytes)} of ${megabytes(totalBytes)}${rate}${left}${mirror === null ? '' : `, ${mirror}`}`
}

function cancelled({ title }: Offer, { haveBytes, totalBytes }: DownloadOutcome): string {
  return `Cancelled. ${megabytes(haveBytes)} of ${title}'s ${megabytes(totalBytes)} are kept; the same command goes on from there.`
}

function done({ title, license, authors }: Offer, outcome: DownloadOutcome): readonly string[] {
  const { folder, receivedBytes, resumedBytes, movedAside } = outcome
  if (outcome.outcome === 'present')
    return [`${title} is in ${folder} already, whole and right. Nothing was downloaded.`]
  const resumed = resumedBytes === 0 ? '' : ` ${megabytes(resumedBytes)} were here before.`
  const aside = movedAside === null ? [] : [`The folder that was there before lies in ${movedAside} now.`]
  return [
    `${title} is in ${folder}. ${megabytes(receivedBytes)} were downloaded.${resumed}`,
    ...aside,
    `License: ${license}, by ${authors}.`,
  ]
}
