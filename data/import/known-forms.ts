/** Forms of files that people have and that cannot be imported, known by their first bytes, each with what to do instead. */

type Form = {
  /** What the file is: "a Python pickle". */
  readonly what: string
  /** A whole sentence. */
  readonly advice: string
}

const starts = (text: string, at = 0): ((start: Uint8Array) => boolean) => {
  const bytes = Buffer.from(text, 'latin1')
  return (start) => bytes.every((byte, index) => start[at + index] === byte)
}
/** Among the first lines of a text. */
const says = (pattern: RegExp): ((start: Uint8Array) => boolean) => {
  return (start) => pattern.test(new TextDecoder('latin1').decode(start))
}

const UNPACK = 'Unpack it, and import the folder or a zip archive of it.'

/** Pictures, for a folder of them too. */
const pictures: readonly (readonly [is: (start: Uint8Array) => boolean, what: string])[] = [
  [starts('GIF8'), 'a GIF picture'],
  [(start) => starts('RIFF')(start) && starts('WEBP', 8)(start), 'a WebP picture'],
  [(start) => starts('ftyp', 4)(start) && says(/^.{8}(hei|hev|mif|msf)/s)(start), 'a HEIC picture, as iPhones make'],
  [(start) => starts('ftypavi', 4)(start), 'an AVIF picture'],
  [starts('BM'), 'a BMP picture'],
  [starts('II*\0'), 'a TIFF picture'],
  [starts('MM\0*'), 'a TIFF picture'],
]

const forms: readonly (readonly [is: (start: Uint8Array) => boolean, form: Form])[] = [
  [
    (start) => start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5,
    {
      what: 'a Python pickle, which may hold any program, so that Inkling opens none',
      advice:
        'In Python, load it and save its arrays by numpy.savez("mnist.npz", x_train=..., y_train=..., x_test=..., y_test=...).',
    },
  ],
  [
    starts('MATLAB 5.0'),
    { what: 'a MATLAB file', advice: 'Get the set as IDX or CSV, or save its arrays by numpy.savez.' },
  ],
  [
    starts('\x89HDF'),
    { what: 'an HDF5 file', advice: 'Save its arrays by numpy.savez, or the set as CSV or Parquet.' },
  ],
  [starts('ARROW1'), { what: 'an Arrow file', advice: 'Save the set as Parquet: dataset.to_parquet("set.parquet").' }],
  [starts('\xFD7zXZ'), { what: 'packed by xz', advice: UNPACK }],
  [starts('BZh'), { what: 'packed by bzip2', advice: UNPACK }],
  [starts('\x28\xB5\x2F\xFD'), { what: 'packed by Zstandard', advice: UNPACK }],
  [starts('7z\xBC\xAF'), { what: 'a 7-Zip archive', advice: UNPACK }],
  [starts('Rar!'), { what: 'a RAR archive', advice: UNPACK }],
  [starts('%PDF'), { what: 'a PDF document', advice: 'Save its pictures as PNG, in a folder for each class.' }],
  [starts('SQLite format 3'), { what: 'an SQLite database', advice: 'Save its table as CSV.' }],
  [
    says(/^\s*<(!doctype html|html|head|\?xml)/i),
    {
      what: 'a web page',
      advice: 'It may be what came instead of a download, such as a page that asks to log in. Get the file itself.',
    },
  ],
  [
    says(/^version https:\/\/git-lfs/),
    {
      what: 'a pointer of Git LFS, not the file itself',
      advice: 'Get the file by "git lfs pull", or from the web site.',
    },
  ],
  [
    says(/^(\s*%[^\n]*\n)*\s*@relation\s/i),
    { what: 'an ARFF table, as OpenML and Weka have', advice: 'Get it as CSV or Parquet, which OpenML offers too.' },
  ],
  [
    says(/^-?\d+(\.\d+)?( +\d+:-?[\d.e-]+)+/i),
    {
      what: 'a table of LIBSVM, which leaves out what is 0',
      advice: 'Save it as CSV with all pixels: a label and 784 numbers a line.',
    },
  ],
]

/** What the file is, or null where it is none of these. Needs its first 1,000 bytes. */
export function knownForm(start: Uint8Array): Form | null {
  const picture = knownPicture(start)
  if (picture !== null) {
    return {
      what: picture,
      advice: 'Save it as PNG or JPEG, and import a folder that holds a folder of pictures for each class.',
    }
  }
  return forms.find(([is]) => is(start))?.[1] ?? null
}

/** Which kind of picture it is that cannot be read, or null. */
export function knownPicture(start: Uint8Array): string | null {
  return pictures.find(([is]) => is(start))?.[1] ?? null
}

/** Endings of the names of pictures that cannot be read. */
export const otherPictures = /\.(gif|webp|heic|heif|avif|bmp|tiff?|svg|jp2|jxl)$/i
/** Why these are left out. */
export const OTHER_PICTURE = 'a picture that is neither PNG nor JPEG; save it as one of them'
