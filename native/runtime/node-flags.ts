/** How Node is started for a process that computes. */

/**
 * node:sqlite still calls itself experimental, and a person at the terminal can do nothing with that. V8's collector works on
 * the thread that makes the garbage: its own threads, woken for little, made the slowest of 100 single images a third slower.
 */
export const nodeFlags: readonly string[] = ['--disable-warning=ExperimentalWarning', '--single-threaded-gc']
