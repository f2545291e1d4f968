package wire

import (
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/ledger"
)

// Options are what a server needs. All but Description, Refusals, Hosts and
// Connections are required.
type Options struct {
	// Description begins the OpenAPI document, in Markdown.
	Description string
	// Refusals say what a status means where nouns have problems of their own, in
	// place of what it means for every noun.
	Refusals map[int]string
	// Scopes say which keys may call a route, by "GET /v1/contacts/:id". A route
	// that is not among them cannot be registered.
	Scopes map[string][]access.Scope
	// Keys are those that requests may be made with.
	Keys Authenticator
	// Sessions are those of people who are signed in.
	Sessions Resumer
	// Pages are what a browser shows, where there is no operation. Nil for none.
	Pages Pages
	// Secret is what cursors are sealed with, at least 16 random bytes that
	// outlive a restart.
	Secret []byte
	// Hosts are the names, beside localhost and every address, that the server
	// is reached by.
	Hosts []string
	// Connections is how many may be open at once, 0 for any number. One key gets
	// a share of them.
	Connections int
	// Limits are what requests may take at once.
	Limits Limits

	Logger     *slog.Logger
	Registerer prometheus.Registerer
	Clock      func() time.Time
}

// Server serves requests and knows no noun: it authenticates them, holds keys to
// their limits, reads and answers strictly, and describes its operations.
// Operations are registered before it serves; then it is safe for concurrent use.
type Server struct {
	// Cursors are those of this workspace.
	Cursors *Cursors

	engine   *gin.Engine
	routes   map[string][]string // the methods of every path
	huma     huma.API
	registry huma.Registry

	authenticator Authenticator
	sessions      Resumer
	pages         Pages
	origins       *http.CrossOriginProtection
	hosts         hosts
	scopes        map[string][]access.Scope
	log           *slog.Logger
	durations     *prometheus.HistogramVec
	refused       *prometheus.CounterVec
	now           func() time.Time
	ids           *requestIDs

	usages *usages // of all keys
	places *places // for heavy questions
	bytes  *budget // of the bodies and answers of all keys

	limits Limits
}

// New builds a server without operations. It fails when the secret is too
// short or its metrics are registered already.
func New(o Options) (*Server, error) {
	gin.SetMode(gin.ReleaseMode) // no routes printed at start
	engine := gin.New()
	engine.RedirectTrailingSlash = false
	engine.UseRawPath, engine.UnescapePathValues = true, false // see pathValue

	cursors, err := newCursors(o.Secret)
	if err != nil {
		return nil, err
	}
	durations, err := newDurations(o.Registerer)
	if err != nil {
		return nil, err
	}
	refused, err := newRefused(o.Registerer)
	if err != nil {
		return nil, err
	}
	places := newPlaces(o.Limits.Places, o.Limits.PlacesOfKey)
	if err := places.register(o.Registerer); err != nil {
		return nil, err
	}
	h := humagin.New(engine, newConfig(o.Description))
	describeHeaders(h.OpenAPI())
	describeRefusals(h.OpenAPI(), o.Refusals)
	m := &Server{
		engine: engine, routes: map[string][]string{}, huma: h, registry: h.OpenAPI().Components.Schemas,
		authenticator: o.Keys, sessions: o.Sessions, pages: o.Pages, origins: http.NewCrossOriginProtection(), Cursors: cursors, hosts: newHosts(o.Hosts), scopes: o.Scopes,
		log: o.Logger, durations: durations, refused: refused, now: o.Clock, ids: newRequestIDs(),
		usages: &usages{atOnce: atOnceOf(o.Connections), bytes: o.Limits.BytesOfKey, byKey: map[ledger.ID]*usage{}}, places: places, bytes: &budget{most: o.Limits.Bytes},
		limits: o.Limits,
	}
	engine.Use(m.observe, m.rescue, m.checkHost)
	engine.NoRoute(m.noRoute)
	return m, nil
}

// Finish serves the OpenAPI document at /openapi.json, and refuses the methods that
// the paths have not. It comes after the last operation, once.
func (s *Server) Finish() error {
	if err := s.serveOpenAPI(); err != nil {
		return err
	}
	s.routeOtherMethods()
	return nil
}

// Handler serves everyone who has a key.
func (s *Server) Handler() http.Handler { return s.engine }

// OwnerHandler serves the owner of the data folder, who needs no key and is not
// limited. It belongs on a socket that only the owner can open.
func (s *Server) OwnerHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, asOwner(r)) })
}

// OpenAPI is the description of the operations registered so far.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.huma.OpenAPI() }

// Routes are the methods of every path. Paths are written as Gin does:
// /v1/contacts/:id.
func (s *Server) Routes() map[string][]string { return maps.Clone(s.routes) }

// Forget drops what is known of a key or a person that is no more, the metrics too.
func (s *Server) Forget(key uuid.UUID) {
	s.usages.forget(key)
	s.refused.DeletePartialMatch(prometheus.Labels{"key": key.String()})
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
