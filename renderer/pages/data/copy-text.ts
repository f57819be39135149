/** Puts a text on the clipboard. Call it while a press of a button is being handled. */

/** Whether it is there. The window of the app grants no permissions, so the page's own copy command is the second way. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch (error) {
    console.info('The clipboard is not open to this page; the copy command is tried:', error)
    return copyByCommand(text)
  }
}

function copyByCommand(text: string): boolean {
  let copied = false
  const give = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    copied = event.clipboardData !== null
  }
  document.addEventListener('copy', give, { once: true })
  const done = document.execCommand('copy')
  document.removeEventListener('copy', give)
  return done && copied
}
