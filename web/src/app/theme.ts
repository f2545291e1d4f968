import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'
import i18next from 'i18next'

// The colours of the brief. Each text has a contrast of 5.2:1 or more on its ground, each border 3.2:1.
const accent: MantineColorsTuple = [
  '#e6edfb', '#ccdbf7', '#a9c3f1', '#8fb4ff', '#5f8fe8', '#3f78de', '#2f66d6', '#1f55c4', '#1a48a6', '#153a86',
]

// Mantine draws the borders of inputs in the fifth grey and the fifth dark, and its dark surfaces in the seventh and
// eighth. So these are the tokens of tokens.css.
const gray: MantineColorsTuple = [
  '#f6f7f9', '#edf0f4', '#dde2e9', '#c9d0d9', '#7c8696', '#535d6e', '#535d6e', '#3a4454', '#1a2230', '#11151c',
]
const dark: MantineColorsTuple = [
  '#e7ebf1', '#a6b0bf', '#a6b0bf', '#8a95a6', '#758194', '#2c3542', '#222a35', '#191f28', '#11151c', '#0d1117',
]

// White on the seventh has a contrast of 6.9:1.
const red: MantineColorsTuple = [
  '#fce9e7', '#f8d0cc', '#f0a79f', '#e57c71', '#d9564a', '#c43629', '#b02318', '#971d13', '#7d170f', '#62110b',
]

export const theme = createTheme({
  colors: { accent, gray, dark, red },
  primaryColor: 'accent',
  primaryShade: 6,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1rem', sm: '1.25rem', md: '1.25rem', lg: '1.5rem', xl: '1.75rem' },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem' },
  radius: { xs: '4px', sm: '6px', md: '6px', lg: '6px', xl: '6px' },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.75rem' },
      h2: { fontSize: '1rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.875rem', lineHeight: '1.25rem' },
    },
  },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // As <header> elements they would be banners of the page, of which there is one.
    ModalHeader: { defaultProps: { component: 'div' } },
    DrawerHeader: { defaultProps: { component: 'div' } },
    Modal: { defaultProps: { padding: 'xl' } },
    Drawer: { defaultProps: { padding: 'xl' } },
    // What holds the focus at first would be a child of the menu that a menu may not have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    // As square as the boxes of lists, which are the browser's own.
    Checkbox: { defaultProps: { radius: 3 } },
    Badge: { defaultProps: { tt: 'none' } },
    Notification: {
      defaultProps: {
        closeButtonProps: {
          // The language is known only when a notice is shown.
          get 'aria-label'() {
            return i18next.t('app.close')
          },
        },
      },
    },
  },
})

// Mantine sets its greys by theme, so these stand in both.
const tokens = {
  '--mantine-color-placeholder': 'var(--k-muted)',
  '--mantine-color-dimmed': 'var(--k-muted)',
  '--mantine-color-body': 'var(--k-surface)',
  '--mantine-color-text': 'var(--k-text)',
  '--mantine-color-anchor': 'var(--k-accent-text)',
  '--mantine-color-default': 'var(--k-surface)',
  '--mantine-color-default-hover': 'var(--k-subtle)',
  '--mantine-color-default-color': 'var(--k-text)',
  '--mantine-color-default-border': 'var(--k-border)',
  '--mantine-color-error': 'var(--k-danger)',
  '--mantine-color-accent-light': 'var(--k-accent-tint)',
  '--mantine-color-accent-light-hover': 'var(--k-accent-tint)',
  '--mantine-color-accent-light-color': 'var(--k-accent-text)',
  '--mantine-color-disabled': 'var(--k-subtle)',
  '--mantine-color-disabled-color': 'var(--k-muted)',
  '--mantine-color-disabled-border': 'var(--k-line)',
}

/** variables replaces Mantine's greys, which are too faint to read, by the tokens of the brief. */
export const variables: CSSVariablesResolver = () => ({ variables: {}, light: tokens, dark: tokens })
