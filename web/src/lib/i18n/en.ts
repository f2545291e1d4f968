import { attributes } from './en/attributes'
import type { companies } from './en/companies'
import type { firstRun } from './en/first-run'
import type { keySheet } from './en/key-sheet'
import { keys, scopes } from './en/keys'
import { list } from './en/list'
import type { operatorHelp } from './en/operators'
import type { merge } from './en/merge'
import type { people } from './en/people'
import { places } from './en/places'
import type { segments } from './en/segments'
import { settings } from './en/settings'
import { profile } from './en/profile'

/** The texts of the console in English. The other languages have the same keys. */
export const en = {
  app: {
    name: 'Kundi',
    skip: 'Skip to the page',
    menu: 'Menu',
    layers: 'Menus and dialogs',
    loading: 'Loading',
    retry: 'Try again',
    failed: 'Something went wrong',
    close: 'Close',
    copy: 'Copy',
    copied: 'Copied',
    copyByHand: 'The text is selected. Copy it with Ctrl C.',
    cancel: 'Cancel',
    save: 'Save',
    restored: 'What you typed earlier is here again.',
    discard: 'Discard',
    changedMeanwhile: 'Somebody else has changed this from “{{was}}” to “{{is}}”. If you save, yours takes its place.',
    typeName: 'Type the name to go on: {{name}}',
    notFound: 'There is no such page.',
    notFoundHelp: 'The address may be wrong, or somebody has deleted what it led to.',
    home: 'Go to the start page',
    request: 'Request {{id}}',
    offline: 'There is no connection to the server. What you typed is kept.',
    noConnection: 'No connection',
    notReached: 'The server could not be reached.',
    error: 'Error {{status}}',
  },
  duration: {
    Y: 'years', M: 'months', W: 'weeks', D: 'days', H: 'hours', asWritten: 'as written', unitOf: 'Unit: {{field}}',
  },
  nav: {
    main: 'Main',
    find: 'Find',
    segments: 'Segments',
    companies: 'Companies',
    attributes: 'Attributes',
    keys: 'Keys',
    people: 'Colleagues',
    settings: 'Settings',
    account: 'Your account',
    you: 'Account',
    more: 'More',
    morePlaces: 'More pages',
    theme: 'Theme',
    themes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
    density: 'Rows',
    densities: { comfortable: 'Comfortable', compact: 'Compact' },
    language: 'Language',
    shortcuts: 'Single-key shortcuts',
    keySheet: 'Keyboard shortcuts',
    setPassword: 'Set a password',
    changePassword: 'Change the password',
    signOut: 'Sign out',
    signOutEverywhere: 'Sign out everywhere',
  },
  signIn: {
    title: 'Sign in to Kundi',
    key: 'Key',
    keyHelp: 'A key begins with kundi_. An administrator gives you one, or a link.',
    email: 'E-mail',
    password: 'Password',
    withKey: 'With a key',
    withPassword: 'With a password',
    submit: 'Sign in',
    link: 'Signing in with your link',
    noPassword: 'You have no password yet. The link that you came with does not work again.',
    again: 'You were signed out',
    againText: 'Sign in again to go on. Nothing that you typed is lost.',
  },
  search: {
    people: 'Search people',
    hint: 'Part of a name, e-mail, phone or id',
    clear: 'Clear the search',
  },
  fields: {
    id: 'Id', type: 'Type', name: 'Name', first_name: 'First name', last_name: 'Last name', email: 'E-mail', phone: 'Phone',
    identifier: 'Identifier', country: 'Country', city: 'City', company: 'Company', company_name: 'Company', labels: 'Labels',
    channels: 'Channels', blocked: 'Blocked', created_at: 'Created', updated_at: 'Changed', last_seen_at: 'Last seen',
    conversations_count: 'Conversations', open_conversations: 'Open conversations', last_message_at: 'Last message',
    reachable: 'Reachable by', domains: 'Domains', contacts_count: 'People',
  },
  find: {
    title: 'Find people',
    people: 'People',
    matching: 'Matching people',
    total_one: '{{number}} person',
    total_other: '{{number}} people',
    atLeast: 'at least {{number}} people',
    sorts: { best: 'Best match', last_seen_at: 'Last seen', name: 'Name', created_at: 'Newest', updated_at: 'Last changed' },
    nobody: 'Nobody is found.',
    nobodyHelp: 'Try fewer letters, or remove a filter.',
    unnamed: 'No name',
    way: { sound: 'sounds like', nickname: 'nickname', typo: 'typo', form: 'another form', digits: 'digits' },
    former: 'formerly {{value}}',
    companies: 'Companies with these words',
    noCompany: 'None has these words.',
    allCompanies_one: '{{number}} company',
    allCompanies_other: 'All {{number}} companies',
    someCompanies: 'At least {{number}} companies',
    preview: 'The person of this row',
    noPreview: 'No person is chosen.',
    open: 'Open',
    maybe: 'Is it one of these?',
    create: 'Create the contact “{{words}}”',
    selectWhole: 'Select all {{number}}',
    selectLoaded: 'Select the first {{number}}',
    selectAll: 'Select all {{number}} matching',
    selected_one: '{{number}} selected',
    selected_other: '{{number}} selected',
    clearSelection: 'Clear the selection',
    selectionCleared: 'Nobody is selected any more.',
    saveSegment: 'Save as segment',
    savePicked: 'The people whom you selected become the members. They stay members until somebody changes that.',
    saveRule: 'Everybody who matches what you picked is a member, also those who match later.',
    segmentName: 'Name of the segment',
  },
  attributes,
  keys,
  list,
  places,
  scopes,
  settings,
  ...profile,
}

/** Texts are those that every page has at once. */
export type Texts = typeof en

/** Messages are all texts of one language, also those that come with the pages that need them. */
export type Messages = Texts & {
  companies: typeof companies
  firstRun: typeof firstRun
  keySheet: typeof keySheet
  merge: typeof merge
  operatorHelp: typeof operatorHelp
  people: typeof people
  segments: typeof segments
}
