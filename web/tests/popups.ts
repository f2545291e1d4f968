import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { api } from './browser'

/** Something that opens over a page: a menu, a dialog, a drawer, a list to choose from. */
export interface Popup {
  name: string
  /** The source files that draw it, below `src`. */
  of: string[]
  open: (page: Page) => Promise<void>
  /** Only leaving the page closes it. It is the last one of its page. */
  stays?: boolean
}

/** The layers that something has to be made for first, and the tests that open them and look for faults. */
export const madeElsewhere: Record<string, string> = {
  'features/people/link-once.tsx': 'access.spec.ts',
}

/** What lies over a page. */
const modals = ['[role=dialog]', '[role=menu]', '[role=listbox]']
const layer = modals.map((one) => `${one}:visible`).join()

/** What axe looks into when something lies over a page: also the cards, which say nothing of themselves. */
export const layers = [...modals, '.mantine-Popover-dropdown']

const press = async (page: Page, name: string | RegExp) => {
  await page.getByRole('button', { name, exact: true }).first().click()
}

/** opened waits for a dialog, a menu or a list. */
const opened = (page: Page) => page.locator(layer).first().waitFor()

/** by opens a popup by a button. */
const by = (button: string | RegExp) => async (page: Page) => {
  await press(page, button)
  await opened(page)
}

/** through opens a dialog by an item of a menu. */
const through = (button: string | RegExp, item: string) => async (page: Page) => {
  await by(button)(page)
  await page.getByRole('menuitem', { name: item }).click()
  await page.getByRole('dialog').first().waitFor()
}

/** choice opens the list of a control, which may offer things only for some words. */
const choice = (label: string | RegExp, words = '') => async (page: Page) => {
  const box = page.getByRole('combobox', { name: label }).or(page.getByLabel(label).and(page.locator('input'))).first()
  await box.click()
  if (words) await box.fill(words)
  await page.locator('[role=option]:visible').first().waitFor()
}

/** editor opens the list of a field of a record. */
const editor = (field: string, words = '') => async (page: Page) => {
  await page.locator(`[data-field="${field}"]`).getByRole('button', { name: /^Edit / }).click()
  const box = page.locator(`[data-field="${field}"] input`).first()
  await box.click()
  if (words) await box.fill(words)
  await page.locator('[role=option]:visible').first().waitFor()
}

/** keySheet opens the sheet of keys, which stands over every page. */
async function keySheet(page: Page): Promise<void> {
  await page.locator('#people').focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
}

/** morePlaces opens the menu of the places that the rail of a narrow screen has no room for. */
async function morePlaces(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByRole('navigation', { name: 'Main' }).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menu').waitFor()
}

/** signedOut makes the server refuse the session, and asks it for something. */
async function signedOut(page: Page): Promise<void> {
  await page.route('**/v1/**', (route) =>
    route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"type":"unauthorized","title":"Unauthorized","status":401,"detail":"Sign in."}' }),
  )
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Attributes' }).click()
  await page.getByRole('dialog', { name: 'You were signed out' }).waitFor()
}

/** changedElsewhere writes into a field that somebody else changes meanwhile. */
const changedElsewhere = (contact: string) => async (page: Page) => {
  await page.locator('[data-field=city]').getByRole('button', { name: /^Edit City/ }).click()
  await page.locator('[data-field=city] input').fill('Mombasa')
  await api('PATCH', `/v1/contacts/${contact}`, { city: `Town ${crypto.randomUUID()}` })
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Changed elsewhere' }).waitFor()
}

const described = async (page: Page) => page.getByRole('textbox', { name: 'Description' }).fill(`Changed ${crypto.randomUUID()}`)

const row = (page: Page, part: string) => page.locator(`[data-testid=rule-0] [data-part=${part}]`)

/** The popups of pages, by the names of these. */
export const popupsAt = (own: { contact: string; segment: string }): Record<string, Popup[]> => ({
  find: [
    { name: 'columns', of: ['components/list/columns-dropdown.tsx'], open: by('Columns') },
    { name: 'share', of: ['components/list/share-dropdown.tsx'], open: by('Share') },
    { name: 'curl', of: ['components/copy-dialog.tsx'], open: through('Share', 'Copy as curl') },
    { name: 'account', of: ['app/shell/account-menu.tsx'], open: by(/^Your account/) },
    { name: 'keys', of: ['app/shell/key-sheet.tsx', 'components/key-list.tsx'], open: keySheet },
  ],
  'find-picked': [{ name: 'save-as-segment', of: ['features/find/save-segment.tsx'], open: by('Save as segment') }],
  profile: [
    { name: 'block', of: ['features/profile/block-dialog.tsx'], open: by('Block') },
    { name: 'merge', of: ['features/profile/merge-dialog.tsx'], open: by('Merge…') },
    { name: 'more', of: ['features/profile/more-dropdown.tsx'], open: by('More') },
    { name: 'delete', of: ['features/profile/delete-contact.tsx', 'components/delete-dialog.tsx'], open: through('More', 'Delete…') },
    { name: 'one-option', of: ['components/fields/editors/option-editor.tsx'], open: editor('attributes.tier') },
    { name: 'options', of: ['components/fields/editors/options-editor.tsx'], open: editor('attributes.interests') },
    { name: 'company', of: ['components/fields/editors/company-editor.tsx'], open: editor('company', 'lumera') },
    { name: 'source', of: ['components/source-badge.tsx'], open: (page) => page.getByTestId('source-badge').first().click() },
  ],
  'profile-own': [
    { name: 'delete-note', of: ['features/profile/delete-note.tsx'], open: by('Delete') },
    { name: 'changed-elsewhere', of: ['components/fields/conflict-dialog.tsx'], open: changedElsewhere(own.contact), stays: true },
  ],
  companies: [{ name: 'new', of: ['features/companies/new-company.tsx'], open: by('New company') }],
  company: [
    { name: 'merge', of: ['features/companies/choose-merge.tsx'], open: by('Merge…') },
    { name: 'delete', of: ['features/companies/delete-company.tsx'], open: by('Delete') },
  ],
  segments: [{ name: 'signed-out', of: ['app/shell/sign-in-dialog.tsx'], open: signedOut, stays: true }],
  'builder-new': [
    { name: 'keys', of: ['features/segments/builder/keys-dialog.tsx'], open: by('Keys of the builder') },
    { name: 'more', of: ['features/segments/builder/share-items.tsx'], open: by('Copy or edit as text') },
    { name: 'as-text', of: ['features/segments/builder/text-dialog.tsx'], open: through('Copy or edit as text', 'Edit as text') },
  ],
  'builder-edit': [
    { name: 'row', of: ['features/segments/builder/row-menu-items.tsx'], open: by(/^Menu, rule 1/) },
    {
      name: 'fields', of: ['features/segments/builder/picker.tsx'],
      open: async (page) => {
        await row(page, 'field').click()
        await page.locator('[role=option]:visible').first().waitFor()
      },
    },
    {
      name: 'values', of: ['features/segments/builder/list-value.tsx'],
      open: async (page) => {
        await row(page, 'value').click()
        await page.locator('[role=option]:visible').first().waitFor()
      },
    },
    { name: 'list-of-values', of: ['features/segments/builder/list-dialog.tsx'], open: by(/^Add a list of values/) },
    {
      name: 'compare', of: ['features/segments/builder/compare-dialog.tsx'],
      open: async (page) => {
        await described(page)
        await by('Compare with saved')(page)
      },
    },
    {
      name: 'leave', of: ['features/segments/builder/leave-dialog.tsx'],
      open: async (page) => {
        await described(page)
        await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Attributes' }).click()
        await page.getByRole('dialog').first().waitFor()
      },
    },
    {
      name: 'changed-meanwhile', of: ['features/segments/builder/conflict-dialog.tsx'],
      open: async (page) => {
        await api('PATCH', `/v1/segments/${own.segment}`, { description: `Changed ${crypto.randomUUID()}` })
        await described(page)
        await page.keyboard.press('Control+s')
        await page.getByRole('dialog', { name: 'Changed meanwhile' }).waitFor()
      },
    },
  ],
  segment: [
    { name: 'more', of: ['features/segments/page/segment-page.tsx'], open: by('More') },
    { name: 'delete', of: ['features/segments/page/delete-dialog.tsx'], open: through('More', 'Delete') },
  ],
  'segment-picks': [
    { name: 'person', of: ['features/segments/page/picks.tsx'], open: choice(/^Add a person/, 'cathrin jonson') },
    { name: 'segment', of: ['features/segments/page/picks-many.tsx'], open: choice('Another segment') },
  ],
  'segment-pull': [{ name: 'left-out', of: ['features/segments/page/pull.tsx'], open: choice('Leave out people of these segments') }],
  audience: [
    { name: 'confirming', of: ['features/segments/page/audience-facts.tsx'], open: by('How a campaign confirms') },
    { name: 'delete', of: ['features/segments/page/delete-audience.tsx'], open: by('Delete') },
  ],
  attributes: [
    { name: 'new', of: ['features/attributes/attribute-drawer.tsx'], open: by('Define an attribute') },
    { name: 'change', of: [], open: async (page) => page.locator('tbody button').first().click() },
  ],
  keys: [
    { name: 'make', of: ['features/keys/make-key.tsx'], open: by('Make a key') },
    { name: 'revoke', of: ['features/keys/revoke-key.tsx'], open: by(/^Revoke /) },
  ],
  people: [
    { name: 'invite', of: ['features/people/add-person.tsx'], open: by('Invite somebody') },
    { name: 'link', of: ['features/people/new-link.tsx'], open: by(/^New link for /) },
    { name: 'delete', of: ['features/people/delete-person.tsx'], open: by(/^Delete /) },
  ],
  settings: [{ name: 'zone', of: ['features/settings/settings-page.tsx'], open: choice('Time zone') }, { name: 'places', of: ['app/shell/places-menu.tsx'], open: morePlaces, stays: true }],
})

/** closePopups closes what lies over a page, one layer after the other, as Esc does. */
export async function closePopups(page: Page): Promise<void> {
  const shown = () => page.locator(layers.map((one) => `${one}:visible`).join()).count()
  for (let before = await shown(); before > 0; before = await shown()) {
    await page.keyboard.press('Escape')
    await expect.poll(shown, { message: 'what is open after Esc' }).toBeLessThan(before)
  }
}
