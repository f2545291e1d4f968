package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/index/search"
)

// Options are what the server needs. All but Hosts and Console are required.
type Options struct {
	Contacts      Contacts
	Companies     Companies
	Notes         Notes
	Conversations Conversations
	Timelines     Timelines
	Dossiers      Dossiers
	Explanations  Explanations
	Workspace     interface {
		Attributes
		Settings
	}
	Index    Index
	Segments interface {
		Segments
		Definitions
		Snapshots
	}
	SegmentEvents SegmentEvents
	Audiences     Audiences
	Runs          Runs
	Store         Records
	Keys          Keys
	People        People
	Sessions      Sessions
	// Console are the pages of the console, nil for none.
	Console wire.Pages

	// Secret is the workspace's own, at least 16 random bytes that outlive a
	// restart. Cursors are sealed with it.
	Secret []byte
	// Hosts are the names, beside localhost and every address, that the server
	// is reached by.
	Hosts []string
	// Connections is how many may be open at once, 0 for any number. One key gets
	// a share of them.
	Connections int
	// Ready returns nil when the server can do its work, else an error of
	// KindUnavailable whose Type says what is missing.
	Ready func() error

	Logger     *slog.Logger
	Registerer prometheus.Registerer
	Gatherer   prometheus.Gatherer
	Clock      func() time.Time
}

// Index answers questions about all contacts.
type Index interface {
	Steady(ctx context.Context, ask func(schema *fields.Schema) error) error
	Query(ctx context.Context, q index.Query) (index.Answer, error)
	Search(ctx context.Context, q search.Query) (search.Answer, error)
	Suggest(ctx context.Context, q search.SuggestQuery) (search.Suggestions, error)
	Similar(ctx context.Context, q search.SimilarQuery) (search.SimilarAnswer, error)
	WaitFor(ctx context.Context, seq uint64) error
	SearchBoth(ctx context.Context, q search.Query) (people, companies search.Answer, err error)
	SearchCompanies(ctx context.Context, q search.Query) (search.Answer, error)
	WaitForCompanies(ctx context.Context, seq uint64) error
	SearchWritings(ctx context.Context, of fields.Entity, q search.WritingQuery) (search.WritingAnswer, error)
	WaitForWritings(ctx context.Context, of fields.Entity, seq uint64) error
	Values(ordinals []uint32, list []fields.Field, into *index.Values) bool
	FiguresOf(entity fields.Entity, ordinals []uint32) []index.Figures
}

// Segments knows the segments, which filters may name.
type Segments interface {
	Saved(ctx context.Context) func(id string) (segment filter.Saved, ok bool, err error)
}

const apiDescription = `A contact store, search engine and segmentation service.

Every call needs a key: ` + "`Authorization: Bearer KEY`" + `, or the cookie of a session (` + "`POST /v1/session`" + `). Errors are problem details (RFC 9457) with a stable ` + "`type`" + `
and never repeat what was submitted. A key may make a limited number of requests a second. Answers say how many are left in
` + "`RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`" + ` (seconds). A key may also have a limited number of heavy questions
(` + "`x-heavy`" + `) under way. Beyond these limits there is a 429 with ` + "`Retry-After`" + `. Lists are paged by an opaque ` + "`cursor`" + `. Every write answers its sequence number
in ` + "`Kundi-Seq`" + `; a search that is given it as ` + "`min_seq`" + ` sees that write.
No answer may be kept by a cache (` + "`Cache-Control: no-store`" + `).`

// API serves the workspace over HTTP. It is safe for concurrent use.
type API struct{ served *wire.Server }

// server has what the handlers of all nouns share.
type server struct {
	*wire.Server

	contacts      Contacts
	companies     Companies
	notes         Notes
	conversations Conversations
	timelines     Timelines
	dossiers      Dossiers
	explanations  Explanations
	attributes    Attributes
	settings      Settings
	index         Index
	segments      Segments
	definitions   Definitions
	snapshots     Snapshots
	segmentEvents SegmentEvents
	audiences     Audiences
	runs          Runs
	records       Records
	keys          Keys
	team          People // who sign in; other people are contacts
	sessions      Sessions
	readers       *readers

	ready    func() error
	logger   *slog.Logger
	gatherer prometheus.Gatherer
	now      func() time.Time
}

// New builds the server. It fails when the secret is too short or its metrics
// are registered already.
func New(o Options) (*API, error) {
	s, err := newServer(o, routeScopes(), wire.DefaultLimits(runtime.GOMAXPROCS(0)))
	if err != nil {
		return nil, err
	}
	if err := s.registerAll(); err != nil {
		return nil, err
	}
	return &API{served: s.Server}, nil
}

// nouns add the routes of all nouns, in this order.
var nouns = []func(*server){
	(*server).registerOperation,
	(*server).registerContacts,
	(*server).registerCompanies,
	(*server).registerConversations,
	(*server).registerQuarantine,
	(*server).registerNotes,
	(*server).registerTimeline,
	(*server).registerPersonalData,
	(*server).registerMerges,
	(*server).registerBlock,
	(*server).registerBlocks,
	(*server).registerConsent,
	(*server).registerSuppressions,
	(*server).registerBatch,
	(*server).registerList,
	(*server).registerSearch,
	(*server).registerBox,
	(*server).registerSuggest,
	(*server).registerSimilar,
	(*server).registerCount,
	(*server).registerFilterWords,
	(*server).registerSegments,
	(*server).registerPreview,
	(*server).registerSchedulePreview,
	(*server).registerExplain,
	(*server).registerRuns,
	(*server).registerSnapshots,
	(*server).registerSizes,
	(*server).registerMembers,
	(*server).registerChanges,
	(*server).registerSegmentEvents,
	(*server).registerAudiences,
	(*server).registerAttributes,
	(*server).registerAttributeUses,
	(*server).registerAttributeRename,
	(*server).registerLabels,
	(*server).registerSettings,
	(*server).registerKeys,
	(*server).registerPeople,
	(*server).registerSession,
}

// registerAll adds every route, noun by noun, and then their description and
// what the rest of the methods are answered with.
func (s *server) registerAll() error {
	for _, register := range nouns {
		register(s)
	}
	return s.Finish()
}

func newServer(o Options, scopes map[string][]access.Scope, limits wire.Limits) (*server, error) {
	m, err := wire.New(wire.Options{
		Description: apiDescription, Refusals: refusals, Scopes: scopes, Keys: o.Keys, Sessions: o.Sessions, Pages: o.Console, Secret: o.Secret, Hosts: o.Hosts, Connections: o.Connections, Limits: limits,
		Logger: o.Logger, Registerer: o.Registerer, Clock: o.Clock,
	})
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	readers, err := newReaders(o.Registerer)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return &server{
		Server: m, contacts: o.Contacts, companies: o.Companies, notes: o.Notes, conversations: o.Conversations, timelines: o.Timelines, dossiers: o.Dossiers, explanations: o.Explanations, attributes: o.Workspace, settings: o.Workspace, index: o.Index, records: o.Store,
		segments: o.Segments, definitions: o.Segments, snapshots: o.Segments, segmentEvents: o.SegmentEvents, audiences: o.Audiences, runs: o.Runs, keys: o.Keys, team: o.People, sessions: o.Sessions, readers: readers,
		ready: o.Ready, logger: o.Logger, gatherer: o.Gatherer, now: o.Clock,
	}, nil
}

// Handler serves everyone who has a key.
func (a *API) Handler() http.Handler { return a.served.Handler() }

// OwnerHandler serves the owner of the data folder, who needs no key: every
// request may do everything. It belongs on a socket that only the owner can
// open, and nowhere else.
func (a *API) OwnerHandler() http.Handler { return a.served.OwnerHandler() }

// elapsed is the time since an instant in milliseconds, for took_ms.
func (s *server) elapsed(since time.Time) float64 {
	return float64(s.now().Sub(since).Microseconds()) / 1000
}
