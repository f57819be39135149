/** What `npm run bench -- ...` understands. */
import { toErrorPayload } from '../../data/error.ts'
import { listOf, positiveNumber, wholeNumber, type ValuesOf } from '../../main/cli/options.ts'
import { readOptions } from '../../main/cli/read-options.ts'
import { definitions } from '../../main/cli/wrap.ts'
import { benchmarkModels, type BenchmarkModel } from '../../native/trainer/benchmark-models.ts'
import { peerNames } from './peers.ts'

const races = ['training', 'reading', 'memory'] as const
const modelNames = Object.keys(benchmarkModels) as BenchmarkModel[]

function names<const Name extends string>(known: readonly Name[], description: string) {
  return listOf((given) => known.find((name) => name === given) ?? null, {
    description: `${description}: ${known.join(', ')}.`,
    placeholder: 'NAME[,NAME...]',
    expected: `some of ${known.join(', ')}, with commas between`,
    default: known,
  })
}

function numbers(description: string, usual: number) {
  return listOf((given) => (/^[1-9]\d{0,4}$/.test(given) ? Number(given) : null), {
    description,
    placeholder: 'N[,N...]',
    expected: 'whole numbers from 1 to 99999, with commas between',
    default: [usual],
  })
}

const options = {
  races: names(races, 'What is measured'),
  models: names(modelNames, 'Whose speed'),
  batch: numbers('Images per mini-batch.', 256),
  threads: numbers('Threads that compute.', 1),
  peers: names(peerNames, 'Against whom, where PEER_PYTHON names a Python that has them'),
  rounds: wholeNumber({ from: 1, to: 1000 }, { description: 'How often each takes its turn.', default: 5 }),
  epochs: wholeNumber({ from: 1, to: 1000 }, { description: 'Timed epochs of a peer.', default: 3 }),
  seconds: positiveNumber(600, { description: 'How long we train, roughly.', default: 2 }),
}

/** The values of the command line. Prints help, or what is wrong with them, and ends the process with 0 or 2 then. */
export function readBenchArguments(args: readonly string[]): ValuesOf<typeof options> {
  if (args.includes('--help') || args.includes('-h')) {
    const rows = Object.entries(options).map(
      ([name, { placeholder, description, shownDefault }]) =>
        [`--${name} ${placeholder ?? ''}`, `${description} Default: ${shownDefault ?? ''}.`] as const,
    )
    console.log(['Usage: npm run bench -- [options]', '', ...definitions(rows, 100)].join('\n'))
    process.exit(0)
  }
  try {
    return readOptions(options, args, 'bench')
  } catch (error) {
    const { code, message } = toErrorPayload(error)
    console.error(`${code}: ${message.replace('See "inkling bench --help".', 'See npm run bench -- --help.')}`)
    process.exit(2)
  }
}
