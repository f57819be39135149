/** Gives a file to the person, as a download of the browser. */

/** Milliseconds for which the browser may take to begin with it. */
const KEPT = 60_000

export function saveFile(fileName: string, parts: readonly BlobPart[], type: string): void {
  const address = URL.createObjectURL(new Blob([...parts], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  setTimeout(() => {
    URL.revokeObjectURL(address)
  }, KEPT)
}
