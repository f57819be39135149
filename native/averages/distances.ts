/** The names of the distances of chapter 4; the arithmetic is in native/averages/nearest-average.ts. */

/** `l1`: mean absolute difference. `rmse`: square root of the mean squared difference. */
export const distances = ['l1', 'rmse'] as const
export type Distance = (typeof distances)[number]
