/** The names that can be used: those that were given here, then those that stand for the data set's images. Pressing one types it. */
import type { KnownName } from '../../../../main/contract/types.ts'
import { Panel } from '../../../ui/index.ts'
import { bench, setDraft } from './store.ts'
import styles from './tensor-bench.module.css'

type NamesProps = {
  readonly names: readonly KnownName[]
  readonly set: string | null
  /** Whether the data set has threes and sevens. */
  readonly hasPair: boolean
}

export function Names({ names, set, hasPair }: NamesProps) {
  const groups = [
    { title: 'Given here', names: names.filter(({ own }) => own) },
    {
      title: set === null ? 'Of the data' : `Of ${set}`,
      names: names.filter(({ own, ofPair }) => !own && (hasPair || !ofPair)),
    },
  ]
  return (
    <Panel title="Names" fact="press one to type it" className={styles['names']}>
      <div className={styles['lists']}>
        {groups
          .filter((group) => group.names.length > 0)
          .map((group) => (
            <section key={group.title} aria-label={group.title}>
              <h3>{group.title}</h3>
              <ul>
                {group.names.map(({ name, description }) => (
                  <li key={name}>
                    <button
                      type="button"
                      onClick={() => {
                        setDraft(withName(bench.getState().draft, name))
                      }}
                    >
                      <code>{name}</code>
                      <span>{description}</span>
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
    </Panel>
  )
}

/** Behind a sign or bracket the name goes on with the text; else it takes a line of its own. */
function withName(draft: string, name: string): string {
  if (draft.trim() === '') return name
  return /[-+*/@%=<>([,&|]\s*$/.test(draft) ? draft + name : `${draft.trimEnd()}\n${name}`
}
