/** The forms in which a data set can be exported. */

/** `folder`: a PNG picture per image, in train/<class>/ and test/<class>/. `idx`: the standard files of MNIST. */
export const exportFormats = ['folder', 'idx'] as const
export type ExportFormat = (typeof exportFormats)[number]
