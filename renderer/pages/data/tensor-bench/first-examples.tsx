/** What stands where results will be: the chapter's examples, to begin with one of them. */
import { examplesFor } from './examples.ts'
import { evaluate, setDraft } from './store.ts'
import styles from './tensor-bench.module.css'

type FirstExamplesProps = { readonly dataset: string | null; readonly hasPair: boolean }

export function FirstExamples({ dataset, hasPair }: FirstExamplesProps) {
  return (
    <div className={styles['first']}>
      <b>Results appear here</b>
      <p>Run the expression on the left, or begin with an example of the chapter.</p>
      <ul aria-label="Examples of the chapter">
        {examplesFor(hasPair).map(({ title, text }) => (
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
