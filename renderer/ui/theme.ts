/** Mantine's theme, filled from the design tokens: every color, size and duration comes from tokens.css. */
import {
  ActionIcon,
  Button,
  CloseButton,
  createTheme,
  Drawer,
  Menu,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  Switch,
  TextInput,
  Tooltip,
} from '@mantine/core'
import type { CSSVariablesResolver } from '@mantine/core'
import { IconChevronDown, IconX } from '@tabler/icons-react'
import { createElement } from 'react'
import button from './button.module.css'
import field from './field.module.css'
import floating from './floating.module.css'

const ink = [
  '#e7edf7',
  '#c6dafc',
  '#aac7fa',
  '#8fb4f6',
  '#6c97e6',
  '#4a79cf',
  '#3261b6',
  '#1f4e9c',
  '#183f80',
  '#113063',
] as const

const fieldClasses = { input: field['input'] ?? '', label: field['label'] ?? '', wrapper: field['wrapper'] ?? '' }
const listClasses = { dropdown: field['dropdown'] ?? '', option: field['option'] ?? '' }

/**
 * Buttons: `variant="filled"` is the one main action of a page, `default` the others, `subtle` the quiet ones (Explain).
 * `size="lg"` is 2.5 rem high. Their sections hold icons, which screen readers pass over.
 */
export const theme = createTheme({
  primaryColor: 'ink',
  colors: { ink },
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  respectReducedMotion: true,
  fontFamily: 'var(--font-sans)',
  fontFamilyMonospace: 'var(--font-mono)',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  fontSizes: {
    xs: 'var(--text-xs)',
    sm: 'var(--text-sm)',
    md: 'var(--text-md)',
    lg: 'var(--text-lg)',
    xl: 'var(--text-xl)',
  },
  spacing: {
    xs: 'var(--space-2)',
    sm: 'var(--space-3)',
    md: 'var(--space-4)',
    lg: 'var(--space-5)',
    xl: 'var(--space-6)',
  },
  radius: {
    xs: 'var(--radius-1)',
    sm: 'var(--radius-2)',
    md: 'var(--radius-3)',
    lg: 'var(--radius-3)',
    xl: 'var(--radius-3)',
  },
  shadows: {
    xs: 'var(--shadow-1)',
    sm: 'var(--shadow-1)',
    md: 'var(--shadow-2)',
    lg: 'var(--shadow-3)',
    xl: 'var(--shadow-3)',
  },
  components: {
    Button: Button.extend({
      defaultProps: { variant: 'default', size: 'sm', attributes: { section: { 'aria-hidden': true } } },
      classNames: { root: button['root'] ?? '', section: button['section'] ?? '' },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'default', size: 'var(--control)', attributes: { icon: { 'aria-hidden': true } } },
      classNames: { root: button['icon'] ?? '' },
    }),
    CloseButton: CloseButton.extend({
      defaultProps: { icon: createElement(IconX, { size: '1.25rem', stroke: 1.75, 'aria-hidden': true }) },
    }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' }, classNames: fieldClasses }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'sm' }, classNames: fieldClasses }),
    Select: Select.extend({
      defaultProps: {
        size: 'sm',
        allowDeselect: false,
        withCheckIcon: false,
        rightSection: createElement(IconChevronDown, { size: '0.875rem', stroke: 1.75, 'aria-hidden': true }),
        rightSectionPointerEvents: 'none',
      },
      classNames: { ...fieldClasses, ...listClasses },
    }),
    MultiSelect: MultiSelect.extend({
      defaultProps: { size: 'sm' },
      classNames: { ...fieldClasses, ...listClasses },
    }),
    Switch: Switch.extend({
      defaultProps: { size: 'xs', withThumbIndicator: false },
      classNames: { track: field['track'] ?? '', thumb: field['thumb'] ?? '', label: field['switch-label'] ?? '' },
    }),
    Drawer: Drawer.extend({
      defaultProps: { position: 'right', size: '24rem', transitionProps: { duration: 180 } },
      classNames: {
        content: floating['sheet'] ?? '',
        header: floating['header'] ?? '',
        title: floating['title'] ?? '',
        body: floating['body'] ?? '',
      },
    }),
    Modal: Modal.extend({
      defaultProps: { centered: true, transitionProps: { duration: 90, transition: 'fade' } },
      classNames: {
        content: floating['sheet'] ?? '',
        header: floating['header'] ?? '',
        title: floating['title'] ?? '',
        body: floating['body'] ?? '',
      },
    }),
    Menu: Menu.extend({
      defaultProps: { shadow: 'md' },
      classNames: { dropdown: field['dropdown'] ?? '', item: field['item'] ?? '' },
    }),
    Tooltip: Tooltip.extend({ classNames: { tooltip: floating['tooltip'] ?? '' } }),
  },
})

const look = {
  '--mantine-color-body': 'var(--paper)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-bright': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-3)',
  '--mantine-color-default': 'var(--sheet)',
  '--mantine-color-default-hover': 'var(--accent-soft)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--rule-strong)',
  '--mantine-color-placeholder': 'var(--ink-3)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-success': 'var(--good)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-ink-filled': 'var(--accent)',
  '--mantine-color-ink-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
}

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: { '--mantine-line-height': 'var(--leading-ui)' },
  light: look,
  dark: look,
})
