/** A formula, set from TeX by spans and a few drawn signs: the same with whatever fonts a machine has, and read aloud in words. */
import '@fontsource-variable/source-sans-3/wght-italic.css'
import { memo, useMemo, type ReactNode } from 'react'
import { classes } from '../classes.ts'
import { parseFormula, type Node } from './parse.ts'
import { spoken } from './spoken.ts'
import styles from './formula.module.css'

type FormulaProps = {
  /** What renderer/ui/formula/parse.ts knows of TeX. */
  readonly tex: string
  /** On a line of its own. */
  readonly display?: boolean
}

export const Formula = memo(function Formula({ tex, display = false }: FormulaProps) {
  const tree = useMemo(() => parseFormula(tex), [tex])
  return (
    <span className={styles['formula']} data-display={display || undefined} role="math" aria-label={spoken(tree)}>
      <span aria-hidden>{draw(tree)}</span>
    </span>
  )
})

function draw(node: Node): ReactNode {
  switch (node.kind) {
    case 'sign':
      return node.sign === 'letter' ? <i>{node.text}</i> : <span className={styles[node.sign]}>{node.text}</span>
    case 'space':
      return <span style={{ paddingLeft: `${node.width}em` }} />
    case 'row':
      return node.nodes.map((part, index) => <Part key={index} node={part} />)
    case 'fraction':
      return (
        <span className={styles['fraction']} data-small={node.small || undefined}>
          <span>{draw(node.over)}</span>
          <span>{draw(node.under)}</span>
        </span>
      )
    case 'root':
      return (
        <span className={styles['fence']}>
          <Stretched width={0.72} path="M2,62 L12,55 L27,97 L50,0" edge />
          <span className={styles['under']}>{draw(node.inside)}</span>
        </span>
      )
    case 'mean':
      return <span className={styles['under']}>{draw(node.inside)}</span>
    case 'fence':
      return (
        <span className={styles['fence']}>
          <Delimiter text={node.left} />
          <span className={styles['inside']}>{draw(node.inside)}</span>
          <Delimiter text={node.right} />
        </span>
      )
    case 'cases':
      return (
        <span className={styles['fence']}>
          <Stretched width={0.5} path="M45,1 Q25,1 25,25 T8,50 Q25,50 25,75 T45,99" />
          <span className={styles['cases']}>
            {node.rows.flatMap((row, line) =>
              row.map((cell, column) => <span key={`${line} ${column}`}>{draw(cell)}</span>),
            )}
          </span>
        </span>
      )
    case 'script':
      return <Scripted {...node} />
  }
}

function Part({ node }: { readonly node: Node }) {
  return draw(node)
}

function Scripted({ base, sub, sup }: Node & { readonly kind: 'script' }) {
  if (base.kind === 'sign' && base.sign === 'big') {
    return (
      <span className={styles['limits']}>
        <span className={styles['big']}>{base.text}</span>
        {sub === null ? null : <small>{draw(sub)}</small>}
      </span>
    )
  }
  return (
    <>
      {draw(base)}
      {sub !== null && sup !== null ? (
        <span className={styles['both']}>
          <small>{draw(sup)}</small>
          <small>{draw(sub)}</small>
        </span>
      ) : (
        <small className={styles[sub !== null ? 'sub' : isPrime(sup) ? 'prime' : 'sup']}>
          {draw(sub ?? sup ?? base)}
        </small>
      )}
    </>
  )
}

const isPrime = (node: Node | null): boolean => node?.kind === 'sign' && node.text === '′'

const delimiters: Readonly<Record<string, string>> = {
  '(': 'M44,1 Q8,50 44,99',
  ')': 'M6,1 Q42,50 6,99',
  '[': 'M42,2 H14 V98 H42',
  ']': 'M8,2 H36 V98 H8',
  '|': 'M25,1 V99',
}

function Delimiter({ text }: { readonly text: string }) {
  return <Stretched width={text === '|' ? 0.28 : 0.36} path={delimiters[text] ?? ''} />
}

/** A sign as high as what stands beside it. `width` is in em; `edge`: no room to the right of it. */
function Stretched({ width, path, edge }: { readonly width: number; readonly path: string; readonly edge?: boolean }) {
  return (
    <svg
      className={classes(styles['stretched'], edge === true && styles['edge'])}
      style={{ width: `${width}em` }}
      viewBox="0 0 50 100"
      preserveAspectRatio="none"
    >
      <path d={path} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
