/** The views of a page as links, on the line of its question; each view has its own address. */
import { Link } from 'wouter'
import styles from './page-tabs.module.css'

type PageTabsProps = {
  /** What is chosen here, for screen readers. */
  readonly label: string
  readonly tabs: readonly { readonly href: string; readonly title: string }[]
  /** Address of the view that is shown. */
  readonly current: string
}

export function PageTabs({ label, tabs, current }: PageTabsProps) {
  return (
    <nav aria-label={label} className={styles['tabs']}>
      {tabs.map(({ href, title }) => (
        <Link
          key={href}
          href={href}
          className={styles['tab'] ?? ''}
          data-title={title}
          aria-current={href === current ? 'page' : undefined}
        >
          {title}
        </Link>
      ))}
    </nav>
  )
}
