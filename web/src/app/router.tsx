import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { attributesView } from '@/features/attributes/view'
import { companyView } from '@/features/companies/company-view'
import { viewOf as profileView } from '@/features/profile/view'
import { audienceView, builderView, listView, pageView } from '@/features/segments/views'
import { isProblem } from '@/lib/api/client'
import { patiently } from '@/lib/fetched'
import { viewOf } from '@/lib/list-view'
import { parseSearch, stringifySearch } from '@/lib/search-text'
import { session } from '@/lib/session'
import { ErrorPage, LoadingPage, NotFoundPage } from './pages'
import { queries } from './queries'
import { Shell } from './shell/shell'

/** fetchedPage is a page that is fetched when somebody comes near a link to it. */
const fetchedPage: typeof lazyRouteComponent = (fetched, name) => lazyRouteComponent(() => patiently(fetched), name)

/**
 * only takes of an address what a page has read from it. The router would give the page the rest as well, as somebody
 * wrote it.
 */
function only<View extends object>(read: (search: Record<string, unknown>) => View) {
  return (search: Record<string, unknown>): View => ({
    ...Object.fromEntries(Object.keys(search).map((name) => [name, undefined])),
    ...read(search),
  })
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage })

/** nextView is the page that follows signing in. */
function nextView(search: Record<string, unknown>): { next?: string } {
  const next = search['next']
  // An address of this site only: what begins with two slashes is another one's.
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {}
}

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: only(nextView),
  component: fetchedPage(() => import('@/features/sign-in/sign-in-page'), 'SignInPage'),
})

/** signedIn is the frame of all pages of those who have signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    try {
      return { session: await queries.ensureQueryData(session) }
    } catch (cause) {
      if (!isProblem(cause) || cause.status !== 401) throw cause
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
    }
  },
  component: Shell,
})

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ to: context.session.who.scope === 'marketer' ? '/segments' : '/find', replace: true })
  },
})

const find = createRoute({
  getParentRoute: () => signedIn,
  path: '/find',
  validateSearch: only(viewOf),
  component: fetchedPage(() => import('@/features/find/find-page'), 'FindPage'),
})

/** mergeView is the other record of a merge. */
function mergeView(search: Record<string, unknown>): { with?: string } {
  const other = search['with']
  return typeof other === 'string' ? { with: other } : {}
}

const contact = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts/$id',
  validateSearch: only(profileView),
  // The page does not wait for the answer, but who is about to open it asks early.
  loader: async ({ params: { id } }) => {
    const { contact } = await patiently(() => import('@/features/profile/queries'))
    if (id) void queries.prefetchQuery(contact(id))
  },
  component: fetchedPage(() => import('@/features/profile/profile-page'), 'ProfilePage'),
})

const merge = createRoute({
  getParentRoute: () => signedIn,
  path: '/contacts/$id/merge',
  validateSearch: only(mergeView),
  component: fetchedPage(() => import('@/features/merge/merge-page'), 'MergePage'),
})

const companies = createRoute({
  getParentRoute: () => signedIn,
  path: '/companies',
  validateSearch: only(viewOf),
  component: fetchedPage(() => import('@/features/companies/companies-page'), 'CompaniesPage'),
})

const company = createRoute({
  getParentRoute: () => signedIn,
  path: '/companies/$id',
  validateSearch: only(companyView),
  component: fetchedPage(() => import('@/features/companies/company-page'), 'CompanyPage'),
})

const mergeCompanies = createRoute({
  getParentRoute: () => signedIn,
  path: '/companies/$id/merge',
  validateSearch: only(mergeView),
  component: fetchedPage(() => import('@/features/companies/merge-page'), 'MergeCompaniesPage'),
})

const segments = createRoute({
  getParentRoute: () => signedIn,
  path: '/segments',
  validateSearch: only(listView),
  component: fetchedPage(() => import('@/features/segments/list/list-page'), 'SegmentsPage'),
})

const newSegment = createRoute({
  getParentRoute: () => signedIn,
  path: '/segments/new',
  validateSearch: only(builderView),
  component: fetchedPage(() => import('@/features/segments/builder/builder-page'), 'NewSegmentPage'),
})

const segment = createRoute({
  getParentRoute: () => signedIn,
  path: '/segments/$id',
  validateSearch: only(pageView),
  component: fetchedPage(() => import('@/features/segments/page/segment-page'), 'SegmentPage'),
})

const editSegment = createRoute({
  getParentRoute: () => signedIn,
  path: '/segments/$id/edit',
  validateSearch: only(builderView),
  component: fetchedPage(() => import('@/features/segments/builder/builder-page'), 'EditSegmentPage'),
})

const snapshot = createRoute({
  getParentRoute: () => signedIn,
  path: '/segments/$id/snapshots/$n',
  component: fetchedPage(() => import('@/features/segments/page/snapshot-page'), 'SnapshotPage'),
})

const audience = createRoute({
  getParentRoute: () => signedIn,
  path: '/segments/$id/audiences/$audience',
  validateSearch: only(audienceView),
  component: fetchedPage(() => import('@/features/segments/page/audience-page'), 'AudiencePage'),
})

const attributes = createRoute({
  getParentRoute: () => signedIn,
  path: '/attributes',
  validateSearch: only(attributesView),
  component: fetchedPage(() => import('@/features/attributes/attributes-page'), 'AttributesPage'),
})

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  component: fetchedPage(() => import('@/features/keys/keys-page'), 'KeysPage'),
})

const people = createRoute({
  getParentRoute: () => signedIn,
  path: '/people',
  component: fetchedPage(() => import('@/features/people/people-page'), 'PeoplePage'),
})

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: fetchedPage(() => import('@/features/settings/settings-page'), 'SettingsPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    signedIn.addChildren([
      home, find, contact, merge, companies, company, mergeCompanies, segments, newSegment, segment, editSegment, snapshot, audience, attributes, keys,
      people, settings,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultPendingComponent: LoadingPage,
  defaultErrorComponent: ErrorPage,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
