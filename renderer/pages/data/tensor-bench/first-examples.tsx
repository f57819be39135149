/** What stands where results will be: the chapter's examples, to begin with one of them. */
import { examples } from './examples.ts'
import { evaluate, setDraft } from './store.ts'
import styles from './tensor-bench.module.css'

export function FirstExamples({ dataset }: { readonly dataset: string | null }) {
  return (
    <div className={styles['first']}>
      <b>Results appear here</b>
      <p>Run the expression on the left, or begin with an example of the chapter.</p>
      <ul aria-label="Examples of the chapter">
        {examples.map(({ title, text }) => (
          <li key={title}>
            <button
              type="button"
              onClick={() => {
                setDraft(text)
                void evaluate(text, dataset)
              }}
            >
              {title}
              <code>{firstLines(text)}</code>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** As many as the style shows at most. */
function firstLines(text: string): string {
  return text.split('\n').slice(0, 3).join('\n')
}
