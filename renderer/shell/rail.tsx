/** The rail at the left: the pages, the run that trains, the color scheme. */
import { useMantineColorScheme, useComputedColorScheme } from '@mantine/core'
import { IconMoon, IconSun } from '@tabler/icons-react'
import { Link } from 'wouter'
import { pages } from '../pages/index.ts'
import { changeSettings } from '../store/settings.ts'
import { Logo } from './logo.tsx'
import { RunChip } from './run-chip.tsx'
import styles from './shell.module.css'

/** Switches between light and dark; what the system prefers anyway is kept as "as the system". */
export function useSchemeSwitch(): { dark: boolean; toggle: () => void } {
  const { setColorScheme } = useMantineColorScheme()
  const dark = useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark'
  const toggle = (): void => {
    const next = dark ? 'light' : 'dark'
    const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
    const scheme = next === system ? 'auto' : next
    setColorScheme(scheme)
    void changeSettings({ colorScheme: scheme })
  }
  return { dark, toggle }
}

export function Rail({ current }: { readonly current: string }) {
  const { dark, toggle } = useSchemeSwitch()
  const SchemeIcon = dark ? IconSun : IconMoon
  return (
    <nav className={styles['rail']} aria-label="Pages" data-region tabIndex={-1}>
      <div className={styles['logo']} title="Inkling">
        <Logo />
      </div>
      {pages.map(({ id, title, Icon }) => (
        <Link
          key={id}
          href={`/${id}`}
          className={styles['item'] ?? ''}
          aria-current={id === current ? 'page' : undefined}
        >
          <Icon size="1.375rem" stroke={1.75} aria-hidden />
          {title}
        </Link>
      ))}
      <div className={styles['grow']} />
      <RunChip />
      <button
        type="button"
        className={styles['item']}
        onClick={toggle}
        title={dark ? 'Switch to light' : 'Switch to dark'}
        aria-label={dark ? 'Theme: switch to light' : 'Theme: switch to dark'}
      >
        <SchemeIcon size="1.375rem" stroke={1.75} aria-hidden />
        Theme
      </button>
    </nav>
  )
}
