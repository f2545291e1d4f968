package api

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
	"github.com/ndoto/kundi/contacts"
)

// machineOptions are what a machine needs. All but Hosts and Connections are
// required.
type machineOptions struct {
	// Description begins the OpenAPI document, in Markdown.
	Description string
	// Scopes say which keys may call a route, by "GET /v1/contacts/:id". A route
	// that is not among them cannot be registered.
	Scopes map[string][]access.Scope
	Keys   Authenticator
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
	Limits machineLimits

	Logger     *slog.Logger
	Registerer prometheus.Registerer
	Clock      func() time.Time
}

// machine serves requests and knows no noun: it authenticates them, holds keys to
// their limits, reads and answers strictly, and describes its operations.
// Operations are registered before it serves; then it is safe for concurrent use.
type machine struct {
	engine   *gin.Engine
	routes   map[string][]string // the methods of every path
	huma     huma.API
	registry huma.Registry

	authenticator Authenticator
	cursors       *cursors
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

	limits machineLimits
}

// newMachine builds a machine without operations. It fails when the secret is too
// short or its metrics are registered already.
func newMachine(o machineOptions) (*machine, error) {
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
	describeRefusals(h.OpenAPI())
	m := &machine{
		engine: engine, routes: map[string][]string{}, huma: h, registry: h.OpenAPI().Components.Schemas,
		authenticator: o.Keys, cursors: cursors, hosts: newHosts(o.Hosts), scopes: o.Scopes,
		log: o.Logger, durations: durations, refused: refused, now: o.Clock, ids: newRequestIDs(),
		usages: &usages{atOnce: atOnceOf(o.Connections), bytes: o.Limits.BytesOfKey, byKey: map[contacts.ID]*usage{}}, places: places, bytes: &budget{most: o.Limits.Bytes},
		limits: o.Limits,
	}
	engine.Use(m.observe, m.rescue, m.checkHost)
	engine.NoRoute(m.noRoute)
	return m, nil
}

// finish serves the description of all operations, and answers the methods that
// their paths have not. It comes after the last operation.
func (s *machine) finish() error {
	if err := s.serveOpenAPI(); err != nil {
		return err
	}
	s.routeOtherMethods()
	return nil
}

// handler serves everyone who has a key.
func (s *machine) handler() http.Handler { return s.engine }

// ownerHandler serves the owner of the data folder, who needs no key.
func (s *machine) ownerHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.engine.ServeHTTP(w, asOwner(r)) })
}

// openAPI is the description of the operations registered so far.
func (s *machine) openAPI() *huma.OpenAPI { return s.huma.OpenAPI() }

// allRoutes are the methods of every path, written as Gin does.
func (s *machine) allRoutes() map[string][]string { return maps.Clone(s.routes) }

// forget drops what is known of a key that is no more.
func (s *machine) forget(key uuid.UUID) {
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
