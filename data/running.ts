/** Whether a process of this computer is still there. */

export function isRunning(processNumber: number): boolean {
  try {
    process.kill(processNumber, 0)
    return true
  } catch (cause) {
    // Somebody else's process may not be asked, and runs.
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}
