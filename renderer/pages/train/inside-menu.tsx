/** The first word of the panel's heading, which is a menu: weights, gradients or activations. */
import { Menu, UnstyledButton } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { learner, type Inside } from './learner-store.ts'
import styles from './weights-panel.module.css'

const choices: readonly { readonly inside: Inside; readonly word: string; readonly words: string }[] = [
  { inside: 'weights', word: 'Weights', words: 'what the model has learned' },
  { inside: 'gradients', word: 'Gradients', words: 'where the next mini-batch pushes' },
  { inside: 'activations', word: 'Activations', words: 'what the layers answer' },
]

const isInside = (value: string): value is Inside => choices.some(({ inside }) => inside === value)

export function InsideMenu({ inside }: { readonly inside: Inside }) {
  const chosen = choices.find((choice) => choice.inside === inside)
  return (
    <Menu position="bottom-start" shadow="md" closeOnItemClick>
      <Menu.Target>
        <UnstyledButton className={styles['menu'] ?? ''} title="Weights, gradients or activations">
          {chosen?.word}
          <IconChevronDown aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={inside}
          onChange={(value) => {
            if (isInside(value)) learner.setState({ inside: value })
          }}
        >
          {choices.map((choice) => (
            <Menu.RadioItem key={choice.inside} value={choice.inside} closeMenuOnClick>
              {choice.word}
              <small className={styles['choice']}>{choice.words}</small>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
