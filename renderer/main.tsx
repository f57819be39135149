/** Where the page starts: styles, theme, the connection to the engine, and the shell. */
import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import '@fontsource-variable/source-sans-3/index.css'
import '@fontsource-variable/source-code-pro/index.css'
import './ui/tokens.css'
import './ui/base.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { connect, reconnect } from './connection.ts'
import { Shell } from './shell/shell.tsx'
import { takeToken } from './token.ts'
import { cssVariablesResolver, theme } from './ui/theme.ts'

const colorSchemeManager = localStorageColorSchemeManager({ key: 'inkling-color-scheme' })

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element #root')

takeToken()
// A new address opened in this tab changes the fragment alone, which loads nothing anew.
window.addEventListener('hashchange', () => {
  if (takeToken()) reconnect()
})
connect()

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <Notifications position="bottom-center" containerWidth="26rem" />
      <Router hook={useHashLocation}>
        <Shell />
      </Router>
    </MantineProvider>
  </StrictMode>,
)
