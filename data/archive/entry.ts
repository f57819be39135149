/**
 * What a folder or an archive holds, file by file, however it is packed. Nothing is ever written under these names: an
 * entry's bytes are decoded in memory.
 */
import { AppError } from '../error.ts'
import { LONGEST_PATH, DEEPEST_FOLDER } from '../import/limits.ts'

/** One file. `path` has `/` between its folders and is relative, without `..`. */
export type Entry = {
  readonly path: string
  /** The whole content. Read an entry before the next one is asked for. */
  read(): Promise<Uint8Array>
}

/** Something that is no file that can be read, such as a link, and is left out. */
export type Oddity = { readonly path: string; readonly oddity: string }

export type Found = Entry | Oddity

/** Whether an entry's bytes are wanted; asked before they are unpacked. */
export type Wanted = (path: string) => boolean

/** The upper half of code page 437, the characters of zip archives (APPNOTE.TXT, appendix D). */
const CP437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0'

/** A name as it stands in an archive: in UTF-8 where that is what it is, else byte by byte. */
export function decodeName(bytes: Uint8Array, otherwise: 'latin1' | 'cp437' = 'latin1'): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    if (otherwise === 'latin1') return new TextDecoder('latin1').decode(bytes)
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : (CP437[byte - 128] ?? ''))).join('')
  }
}

/**
 * The path of an entry in one form: `/` between folders, no `.`, composed Unicode.
 * @throws import/unsafe-path for one that would lead out of its folder
 */
export function safePath(given: string, archive: string): string {
  const path = given.replaceAll('\\', '/').normalize('NFC')
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const absolute = path.startsWith('/') || /^[a-z]:/i.test(path)
  if (absolute || parts.includes('..') || path.includes('\0')) {
    throw new AppError(
      'import/unsafe-path',
      `${archive} holds a file named ${JSON.stringify(given.slice(0, 200))}, a path that leads out of its folder. Good archives have none; nothing was imported. Get it from somewhere else.`,
      { details: { file: archive } },
    )
  }
  if (given.length > LONGEST_PATH || parts.length > DEEPEST_FOLDER) {
    throw new AppError(
      'import/unsafe-path',
      `${archive} holds a path of ${given.length} characters and ${parts.length} folders, where ${LONGEST_PATH} and ${DEEPEST_FOLDER} can be read. Pack it anew with shorter paths.`,
      { details: { file: archive } },
    )
  }
  return parts.join('/')
}
