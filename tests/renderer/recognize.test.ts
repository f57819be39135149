/** What picked files are taken for, before anything is sent. */
import { describe, expect, test } from 'vitest'
import { duplicatesInWords } from '../../renderer/pages/data/duplicates-in-words.ts'
import { nameProblem } from '../../renderer/pages/data/import/name-problem.ts'
import { columnNames, recognize } from '../../renderer/pages/data/import/recognize.ts'

function picked(...files: readonly (readonly [path: string, content: string])[]) {
  return files.map(([path, content]) => ({ path, file: new File([content], path) }))
}

describe('picked files', () => {
  test.each([
    ['digits.zip', 'archive', 'A zip archive, 0 bytes.'],
    ['digits.tar.gz', 'archive', 'A tar archive, packed, 0 bytes.'],
    ['Digits.TGZ', 'archive', 'A tar archive, packed, 0 bytes.'],
    ['digits.tar', 'archive', 'A tar archive, 0 bytes.'],
    ['train.parquet', 'parquet', 'A Parquet table, 0 bytes.'],
    ['mine.jsonl', 'drawings', 'Drawings as JSON lines, 0 bytes.'],
    ['digits.csv.gz', 'csv', 'A table (CSV), packed, 0 bytes.'],
    ['t10k-images-idx3-ubyte.gz', 'idx', '1 IDX file, 0 bytes.'],
    ['qmnist-test-labels-idx2-int.gz', 'idx', '1 IDX file, 0 bytes.'],
    ['mnist.npz', 'arrays', '1 file with arrays of NumPy, 0 bytes.'],
    ['letter.docx', 'unknown', '1 file of an unknown kind, 0 bytes.'],
    ['three.PNG', 'pictures', '1 picture in no folder, 0 bytes.'],
  ])('%s is %s', async (path, kind, words) => {
    expect(await recognize(picked([path, '']))).toEqual({ kind, name: path, words, columns: [] })
  })

  test('a folder is told by its pictures, classes and halves', async () => {
    const files = picked(
      ['digits/train/3/a.png', 'x'],
      ['digits/train/3/b.PNG', 'x'],
      ['digits/train/7/c.jpeg', 'x'],
      ['digits/valid/3/d.jpg', 'x'],
      ['digits/README.md', 'x'],
    )
    expect(await recognize(files)).toMatchObject({
      kind: 'pictures',
      name: 'digits',
      words: 'A folder with 4 pictures in 2 class folders, train and valid, 1 other file, 5 bytes.',
    })
    expect(await recognize(picked(['3/a.png', ''], ['7/b.png', '']))).toMatchObject({ name: '2 files' })
  })

  test.each([
    [['raw/train-images-idx3-ubyte', 'raw/train-labels-idx1-ubyte', 'raw/README'], 'idx', '2 IDX files, 1 other file'],
    [['kmnist/imgs.npz', 'kmnist/labels.npz'], 'arrays', '2 files with arrays of NumPy'],
    [['mnist/train.parquet', 'mnist/README.md'], 'parquet', '1 Parquet table, 1 other file'],
    [['kaggle/train.csv', 'kaggle/test.csv'], 'csv', '2 tables (CSV)'],
    [['set/3/a.png', 'set/labels.csv'], 'pictures', 'A folder with 1 picture in 1 class folder, 1 other file'],
  ])('a folder with %s is %s', async (paths, kind, words) => {
    const found = await recognize(picked(...paths.map((path) => [path, ''] as const)))
    expect(found).toMatchObject({ kind, words: `${words}, 0 bytes.` })
  })

  test('a table with names offers those that are no pixels', async () => {
    const named = picked(['a.csv', '"writer",label,pixel0,pixel1,1x1,784\n1,3,0,0,0,0\n'])
    expect(await recognize(named)).toMatchObject({
      kind: 'csv',
      words: 'A table (CSV) with 6 named columns, 49 bytes.',
      columns: ['writer', 'label'],
    })
    expect((await recognize(picked(['a.csv', '3,0,0\n4,0,0\n']))).words).toContain('without a line of names')
  })

  test('names are read with any separator, quotes and line ends', () => {
    expect(columnNames('\uFEFFlabel;a;b\r\n1;2;3')).toEqual(['label', 'a', 'b'])
    expect(columnNames('label\t"x y"\n')).toEqual(['label', 'x y'])
    expect(columnNames('5, 0, 255\n')).toBeNull()
    expect(columnNames('cat,0,255\n')).toBeNull()
    expect(columnNames('label,0,255\n')).toEqual(['label', '0', '255'])
    expect(columnNames('')).toBeNull()
  })
})

describe('the name of a set', () => {
  test('is checked before anything is sent', () => {
    const sets = [{ name: 'mnist' }]
    expect(nameProblem('my-digits_2', sets)).toBeNull()
    expect(nameProblem('', sets)).toBe('A name is needed')
    for (const name of ['My', '-a', 'a b', 'ä', 'a'.repeat(41)]) expect(nameProblem(name, sets)).toMatch(/^Only small/)
    expect(nameProblem('mnist', sets)).toBe('There is a set of this name already')
  })
})

describe('duplicates in words', () => {
  test('say how many, in which halves, and whether labels differ', () => {
    expect(duplicatesInWords({ pictures: 12, images: 25, inBothSplits: 0, labeledDifferently: 0 })).toBe(
      '12 pictures occur more than once, as 25 images in all.',
    )
    expect(duplicatesInWords({ pictures: 1, images: 2, inBothSplits: 1, labeledDifferently: 1 })).toBe(
      '1 picture occurs more than once, as 2 images in all. It is in both halves, so a model is tested on what it has learned from. Its images do not all have the same label.',
    )
    expect(duplicatesInWords({ pictures: 3, images: 6, inBothSplits: 2, labeledDifferently: 1 })).toContain(
      '2 of them are in both halves',
    )
  })
})
