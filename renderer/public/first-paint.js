/* Runs before anything is painted, so that the page never flashes in the wrong color scheme: the last choice, else the system's. */
;(function () {
  let chosen = null
  try {
    chosen = localStorage.getItem('inkling-color-scheme')
  } catch (error) {
    console.info('The color scheme is not remembered here: ' + String(error))
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
