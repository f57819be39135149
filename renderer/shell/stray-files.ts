/** Files that are dropped where nothing takes them: without this the browser would leave Inkling and show the file. */

/** Listens on the window, after all that may take them; returns the function that ends it. */
export function refuseStrayFiles(): () => void {
  const refuse = (event: DragEvent): void => {
    const { dataTransfer, defaultPrevented } = event
    if (defaultPrevented || dataTransfer === null || !dataTransfer.types.includes('Files')) return
    event.preventDefault()
    dataTransfer.dropEffect = 'none'
  }
  window.addEventListener('dragover', refuse)
  window.addEventListener('drop', refuse)
  return () => {
    window.removeEventListener('dragover', refuse)
    window.removeEventListener('drop', refuse)
  }
}
