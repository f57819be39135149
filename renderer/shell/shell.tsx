/** The frame around the pages: rail, notices, the page that the address names, and the keys that work everywhere. */
import { useMantineColorScheme } from '@mantine/core'
import { Suspense, useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { useConnection } from '../connection.ts'
import { pages } from '../pages/index.ts'
import { useSettings } from '../store/settings.ts'
import { AccessPage } from './access-page.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { focusNextRegion, listenToKeyboard, useShortcuts } from './keyboard.ts'
import { KeysDialog } from './keys-dialog.tsx'
import { Rail } from './rail.tsx'
import { refuseStrayFiles } from './stray-files.ts'
import styles from './shell.module.css'

export function Shell() {
  const refused = useConnection((state) => state.status === 'refused')
  useLoadAhead()
  useStoredScheme()
  useEffect(listenToKeyboard, [])
  useEffect(refuseStrayFiles, [])
  return refused ? <AccessPage /> : <Frame />
}

function Frame() {
  const [path, navigate] = useLocation()
  const [keysOpen, setKeysOpen] = useState(false)
  const id = path.split('/')[1] ?? ''
  const page = pages.find((candidate) => candidate.id === id) ?? pages[0]

  useShortcuts('Everywhere', [
    ...pages.map(({ id: target, title }, index) => ({
      keys: String(index + 1),
      what: title,
      run: () => {
        navigate(`/${target}`)
      },
    })),
    {
      keys: '?',
      what: 'This list',
      run: () => {
        setKeysOpen(true)
      },
    },
    { keys: 'F6', what: 'Next region', run: focusNextRegion },
  ])

  if (page === undefined) return null
  const { Component } = page
  return (
    <div className={styles['shell']}>
      <button
        type="button"
        className={styles['skip']}
        onClick={() => {
          document.getElementById('page')?.focus()
        }}
      >
        Skip to the page
      </button>
      <Rail current={page.id} />
      <div className={styles['content']}>
        <ConnectionBanner />
        <ErrorBoundary key={page.id} title={page.title}>
          <Suspense fallback={null}>
            <Component />
          </Suspense>
        </ErrorBoundary>
      </div>
      <KeysDialog
        open={keysOpen}
        onClose={() => {
          setKeysOpen(false)
        }}
      />
    </div>
  )
}

/** Takes over the color scheme that the engine keeps, once it is known; before that the page follows the system. */
function useStoredScheme(): void {
  const scheme = useSettings()?.colorScheme
  const { setColorScheme } = useMantineColorScheme()
  useEffect(() => {
    if (scheme !== undefined) setColorScheme(scheme)
  }, [scheme, setColorScheme])
}

/** Loads the other pages' code once the first page stands, so that changing pages waits for nothing. */
function useLoadAhead(): void {
  useEffect(() => {
    const handle = requestIdleCallback(
      () => {
        // A page whose code cannot be loaded tells so when it is opened.
        void Promise.allSettled(pages.map(({ load }) => load()))
      },
      { timeout: 5000 },
    )
    return () => {
      cancelIdleCallback(handle)
    }
  }, [])
}
