/** Files that a person chose or dropped, each with its path within what was chosen. */
import { AppError } from '../../../../data/error.ts'

export type PickedFile = {
  /** Relative, with `/` between folders: `digits/train/3/a.png`. */
  readonly path: string
  readonly file: File
}

/** More files than a person drops on purpose: a home folder, say. */
const MOST_FILES = 300_000

/** Files that systems put beside others, and nobody means. */
function isNoise(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return name === '.DS_Store' || name === 'Thumbs.db' || name === 'desktop.ini' || name.startsWith('._')
}

/** What a file chooser gave; of a folder, its files have their paths. */
export function fromChooser(list: FileList): readonly PickedFile[] {
  return [...list]
    .map((file) => ({ path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file }))
    .filter(({ path }) => !isNoise(path))
}

/** Whether something is dragged that holds files. */
export function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer !== null && transfer.types.includes('Files')
}

/**
 * What was dropped, folders with all that is in them. To be called while the drop is being handled: its items are gone afterwards.
 * @throws import/too-large
 */
export async function fromDrop(transfer: DataTransfer): Promise<readonly PickedFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file')
  const dropped = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile())
  const picked: PickedFile[] = []
  for (const each of dropped) {
    if (each instanceof File) picked.push({ path: each.name, file: each })
    else if (each !== null) await walk(each, '', picked)
  }
  return picked
}

async function walk(entry: FileSystemEntry, folder: string, picked: PickedFile[]): Promise<void> {
  const path = `${folder}${entry.name}`
  if (isNoise(path)) return
  if (isFile(entry)) {
    if (picked.length >= MOST_FILES) {
      throw new AppError(
        'import/too-large',
        `What was dropped holds more than ${MOST_FILES.toLocaleString('en-US')} files. Drop the folder of the data set alone, or an archive of it.`,
      )
    }
    picked.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) })
  } else if (isFolder(entry)) {
    for (const inner of await readAll(entry.createReader())) await walk(inner, `${path}/`, picked)
  }
}

/** A reader gives about a hundred entries at a time, and none at the end. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    all.push(...some)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
