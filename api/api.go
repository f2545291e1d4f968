package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index"
)

// Options are what the server needs. All but Hosts are required.
type Options struct {
	Contacts interface {
		Contacts
		Attributes
		Settings
	}
	Index    Index
	Segments interface {
		Segments
		Definitions
		Snapshots
	}
	Runs  Runs
	Store Records
	Keys  Keys

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
	Query(ctx context.Context, q index.Query) (index.Answer, error)
	Search(ctx context.Context, q index.SearchQuery) (index.SearchAnswer, error)
	Suggest(ctx context.Context, q index.SuggestQuery) (index.Suggestions, error)
	Similar(ctx context.Context, q index.SimilarQuery) (index.SimilarAnswer, error)
	WaitFor(ctx context.Context, seq uint64) error
}

// Segments knows the filters of segments, which other filters may name.
type Segments interface {
	FilterOf(ctx context.Context) func(id string) (json.RawMessage, bool)
}

// API serves the workspace over HTTP. It is safe for concurrent use.
type API struct{ engine *gin.Engine }

// server is what operations are registered on and their handlers share.
type server struct {
	engine   *gin.Engine
	routes   map[string][]string // the methods of every path
	huma     huma.API
	registry huma.Registry

	contacts    Contacts
	attributes  Attributes
	settings    Settings
	index       Index
	segments    Segments
	definitions Definitions
	snapshots   Snapshots
	runs        Runs
	records     Records

	keys      Keys
	cursors   *cursors
	hosts     hosts
	scopes    map[string][]access.Scope
	ready     func() error
	log       *slog.Logger
	gatherer  prometheus.Gatherer
	durations *prometheus.HistogramVec
	refused   *prometheus.CounterVec

	readers *readers
	now     func() time.Time
	ids     *requestIDs

	usages *usages // of all keys
	places *places // for heavy questions
	bytes  *budget // of the bodies and answers of all keys

	maxAnswer int64 // bytes of an answer in one piece
}

// New builds the server. It fails when the secret is too short or its metrics
// are registered already.
func New(o Options) (*API, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	if err := s.registerAll(); err != nil {
		return nil, err
	}
	return &API{engine: s.engine}, nil
}

// registerAll adds every route, noun by noun, and then their description and what the rest of the methods are answered with.
func (s *server) registerAll() error {
	s.registerOperation()
	s.registerContacts()
	s.registerMerges()
	s.registerBlock()
	s.registerBlocks()
	s.registerBatch()
	s.registerList()
	s.registerSearch()
	s.registerSuggest()
	s.registerSimilar()
	s.registerCount()
	s.registerSegments()
	s.registerRuns()
	s.registerSnapshots()
	s.registerMembers()
	s.registerChanges()
	s.registerAttributes()
	s.registerSettings()
	s.registerKeys()
	if err := s.serveOpenAPI(); err != nil {
		return err
	}
	s.routeOtherMethods()
	return nil
}

func newServer(o Options) (*server, error) {
	gin.SetMode(gin.ReleaseMode) // no routes printed at start
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	engine.UseRawPath, engine.UnescapePathValues = true, false // see pathValue

	cursors, err := newCursors(o.Secret)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	durations, err := newDurations(o.Registerer)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	refused, err := newRefused(o.Registerer)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	readers, err := newReaders(o.Registerer)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	processors := runtime.GOMAXPROCS(0)
	places := newPlaces(sharesOfPlaces*processors, processors)
	if err := places.register(o.Registerer); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	h := humagin.New(engine, newConfig())
	describeHeaders(h.OpenAPI())
	describeRefusals(h.OpenAPI())
	s := &server{
		engine: engine, routes: map[string][]string{}, huma: h, registry: h.OpenAPI().Components.Schemas,
		contacts: o.Contacts, attributes: o.Contacts, settings: o.Contacts, index: o.Index, records: o.Store,
		segments: o.Segments, definitions: o.Segments, snapshots: o.Segments, runs: o.Runs,
		keys: o.Keys, cursors: cursors, hosts: newHosts(o.Hosts), scopes: routeScopes(), ready: o.Ready,
		log: o.Logger, gatherer: o.Gatherer, durations: durations, refused: refused, readers: readers, now: o.Clock, ids: newRequestIDs(),
		usages: &usages{atOnce: atOnceOf(o.Connections), byKey: map[contacts.ID]*usage{}}, places: places, bytes: &budget{most: maxBytes},
		maxAnswer: maxAnswer,
	}
	engine.Use(s.observe, s.rescue, s.checkHost)
	engine.NoRoute(s.noRoute)
	return s, nil
}

// Handler serves everyone who has a key.
func (a *API) Handler() http.Handler { return a.engine }

// OwnerHandler serves the owner of the data folder, who needs no key: every
// request may do everything. It belongs on a socket that only the owner can
// open, and nowhere else.
func (a *API) OwnerHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.engine.ServeHTTP(w, asOwner(r)) })
}

// NewHTTPServer returns a server with the time limits that the handlers count
// on: they bound bodies and answers themselves, so the server bounds only what
// comes before a handler and between requests.
func NewHTTPServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
