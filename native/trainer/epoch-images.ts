/** Where the images of each epoch come from, in a run that does not see the same ones again. */

/** Given from outside: native/ reads and makes no data. Whoever made it closes it. */
export type EpochImages = {
  /**
   * `[images, 784]`, of epoch 0, 1, ...: as many as the training set has, and image i shows the class that its label i says. The
   * same again for the same epoch, however often and in whichever order they are asked for.
   */
  images(epoch: number): Promise<Uint8Array>
  /** These are wanted next; to be made beside training. */
  prepare(epoch: number): void
}
