/** Runs the real command line as a process of its own, with folders of its own. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeIdxImages, writeIdxLabels } from '../../../data/idx.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'

const script = fileURLToPath(new URL('../../../main/cli/inkling.ts', import.meta.url))

export type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A temporary folder with a data directory, and with a small data set at `digits`. */
export class Workplace {
  readonly root: string
  readonly digits: string

  private constructor(root: string) {
    this.root = root
    this.digits = join(root, 'digits')
  }

  static async create(): Promise<Workplace> {
    const workplace = new Workplace(await mkdtemp(join(tmpdir(), 'inkling-cli-')))
    await mkdir(workplace.digits)
    for (const [prefix, count, seed] of [
      ['train', 1000, 1],
      ['t10k', 200, 2],
    ] as const) {
      const set = generateDigits({ count, seed })
      await writeFile(join(workplace.digits, `${prefix}-images-idx3-ubyte`), writeIdxImages(set))
      await writeFile(join(workplace.digits, `${prefix}-labels-idx1-ubyte`), writeIdxLabels(set.labels))
    }
    return workplace
  }

  path(name: string): string {
    return join(this.root, name)
  }

  /** `detached`: in a process group of its own, so that a signal can be sent to all of it, as a terminal does. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    detached = false,
  ): ChildProcessWithoutNullStreams {
    return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...args], {
      cwd: this.root,
      detached,
      env: { ...process.env, INKLING_DATA_DIR: this.path('data'), INKLING_DATASETS: '', ...env },
    })
  }

  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
    return await outcomeOf(this.start(args, env))
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true })
  }
}

export async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** The JSON objects of an answer, one a line. */
export function linesOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
