// Package app puts the parts of Kundi together: it opens them in order over
// one data folder, wires each to the few methods of the others it needs,
// serves, and closes everything in reverse.
package app

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api"
	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/imports"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/badger"
	"github.com/ndoto/kundi/watch"
	"github.com/ndoto/kundi/workspace"
)

// Config is what an operator decides.
type Config struct {
	Data     string   // folder of everything
	Existing bool     // the folder must hold data; it is made otherwise
	Listen   string   // HOST:PORT of the API; port 0 is any free one
	Hosts    []string // further names the API is reached under
	TimeZone string   // of a new workspace; "" for UTC
	// MustHaveZone makes it an error when an existing workspace has another
	// TimeZone.
	MustHaveZone bool
	Logger       *slog.Logger
	TextPace     text.Pace // of the text index
	// Clock says what time it is; nil is time.Now.
	Clock func() time.Time
}

// now is the time.
func (c Config) now() time.Time {
	if c.Clock == nil {
		return time.Now()
	}
	return c.Clock()
}

// A supervisor commonly kills 30 seconds after it has asked a server to end.
// These leave it the time to write a checkpoint and to close files.
const (
	drainTime = 14 * time.Second // for requests in flight to finish
	CloseTime = 10 * time.Second // for Close to wait for work that goes on
)

// App is a running Kundi without its listeners: the store, its mirror and the
// use cases over them. Its parts are safe for concurrent use.
type App struct {
	Contacts      *contacts.Service
	Companies     *companies.Service
	Conversations *conversations.Service
	Notes         *notes.Service
	Workspace     *workspace.Service
	Segments      *segments.Service
	Audiences     *audiences.Service
	Keys          *access.Keys
	Team          *access.People // who sign in
	Sessions      *access.Sessions
	Index         *index.Index
	Store         *storage.Store

	config    Config
	engine    *badger.Engine
	scheduler *scheduler.Scheduler
	alarms    *scheduler.Alarms
	watcher   *watch.Watcher
	metrics   *prometheus.Registry
	closers   []func(context.Context) error // in the order of opening

	compacting sync.Mutex // held by compact
}

// Open opens the data folder. It fails with a message for its user when the
// folder is in use, damaged or of a newer version.
func Open(ctx context.Context, config Config) (*App, error) {
	a := &App{config: config, metrics: prometheus.NewRegistry()}
	a.metrics.MustRegister(ReadBuild().metric(), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	for _, open := range []func(context.Context) error{a.openStore, a.openIndex, a.openServices} {
		if err := open(ctx); err != nil {
			return nil, errors.Join(err, a.Close(context.WithoutCancel(ctx)))
		}
	}
	return a, nil
}

func (a *App) openStore(ctx context.Context) error {
	s, err := a.config.openStore(ctx, a.metrics)
	if err != nil {
		return err
	}
	a.engine, a.Store = s.engine, s.Store
	a.onClose(func(context.Context) error { return s.Close() })
	return nil
}

func (a *App) openIndex(ctx context.Context) error {
	var err error
	a.Index, err = index.Open(ctx, index.Options{
		Dir: filepath.Join(a.config.Data, indexFolder), Of: hex.EncodeToString(a.Store.Secret("index")[:8]), Source: a.Store, Kinds: Kinds, Logger: a.config.Logger, Registerer: a.metrics,
		Clock: a.config.now, Pace: a.config.TextPace,
	})
	if err != nil {
		return err
	}
	a.onClose(a.closeIndex)
	a.Store.Follow(a.Index.Apply)
	return nil
}

// closeIndex leaves what cannot end in time, or not at all on a full disk, to
// the next start: the index is derived and written to be cut off.
func (a *App) closeIndex(ctx context.Context) error {
	switch err := a.Index.Close(ctx); {
	case errors.Is(err, context.DeadlineExceeded):
		a.config.Logger.Warn("the text index did not end in time; the next start goes on with it", "error", err)
	case err != nil:
		a.config.Logger.Error("the index could not be closed; the next start goes on from its last mark", "error", err)
	}
	return nil
}

func (a *App) onClose(f func(context.Context) error) { a.closers = append(a.closers, f) }

// Close closes the parts in reverse order of their opening. It may be called
// more than once; ctx bounds how long it waits for work that goes on.
func (a *App) Close(ctx context.Context) error {
	var failures []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		failures = append(failures, a.closers[i](ctx))
	}
	a.closers = nil
	return errors.Join(failures...)
}

// Listener is the API on its addresses, ready to be served.
type Listener struct {
	app    *App
	tcp    net.Listener
	socket net.Listener
	public *http.Server
	owner  *http.Server
}

// Listen takes the address of the API and the socket of the data folder. It
// fails when either is taken, or when GOMEMLIMIT is far too small.
func (a *App) Listen() (*Listener, error) {
	if err := checkLimit(a.config.Logger); err != nil {
		return nil, err
	}
	if has := a.Workspace.GetSettings().TimeZone; a.config.TimeZone != "" && a.config.TimeZone != has {
		a.config.Logger.Warn("the time zone is a setting of the workspace; the one of the environment or the configuration file is ignored",
			"time_zone", has, "ignored", a.config.TimeZone)
	}
	connections, err := connectionLimit()
	if err != nil {
		return nil, err
	}
	handler, err := a.handler(connections)
	if err != nil {
		return nil, err
	}
	tcp, err := listenTCP(a.config)
	if err != nil {
		return nil, err
	}
	public, err := newPublicGate(tcp, connections, a.metrics)
	if err != nil {
		tcp.Close()
		return nil, err
	}
	socket, err := listenSocket(a.config.Data)
	if err != nil {
		tcp.Close()
		return nil, err
	}
	return &Listener{
		app: a, tcp: public, socket: newGate(socket, ownerConnections, func() {}),
		public: guarded(wire.NewHTTPServer(handler.Handler(), a.config.Logger)),
		owner:  guarded(wire.NewHTTPServer(a.ownerHandler(handler), a.config.Logger)),
	}, nil
}

func listenTCP(config Config) (net.Listener, error) {
	l, err := net.Listen("tcp", config.Listen)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; give another address with --listen", config.Listen, err)
	}
	return l, nil
}

// MayListen returns the error that Listen would have about the address, for
// those who have long work to do before.
func MayListen(config Config) error {
	l, err := listenTCP(config)
	if err != nil {
		return err
	}
	return l.Close()
}

// Importer is who writes what a file holds.
var Importer = ledger.Author{Source: ledger.SourceImport, Name: "kundi import"}

// ownerHandler serves the commands of the folder's owner: the API without a
// key, and what only he may have.
func (a *App) ownerHandler(handler *api.API) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+BackupPath, a.serveBackup)
	mux.HandleFunc("POST "+CompactPath, a.serveCompact)
	mux.Handle("POST "+imports.Path, imports.Handler(imports.Into(a.Contacts, Importer), func(err error) {
		a.config.Logger.Error("rows of a file could not be imported", "error", err)
	}))
	mux.Handle("POST "+imports.ConversationsPath, imports.ConversationsHandler(imports.IntoConversations(a.Conversations, Importer), func(err error) {
		a.config.Logger.Error("conversations of a file could not be imported", "error", err)
	}))
	mux.Handle("/", handler.OwnerHandler())
	return mux
}

// URL is where the API is reached from this machine.
func (l *Listener) URL() string {
	address := l.tcp.Addr().(*net.TCPAddr)
	host := address.IP.String()
	if address.IP.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(address.Port))
}

// Serve answers requests and runs the schedules until ctx is cancelled, or the
// store can go on no more, then lets what is in flight finish. The App stays
// open.
func (l *Listener) Serve(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	serve := func(server *http.Server, listener net.Listener, done chan<- struct{}) {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			cancel(err)
		}
	}
	publicDone, ownerDone := make(chan struct{}), make(chan struct{})
	var background sync.WaitGroup
	background.Go(debug.FreeOSMemory) // loading has left garbage
	background.Go(func() { l.app.upkeep(ctx) })
	background.Go(func() { l.app.alarms.Run(ctx) })
	background.Go(func() { l.app.watcher.Run(ctx) })
	go serve(l.public, l.tcp, publicDone)
	go serve(l.owner, l.socket, ownerDone)

	if err := l.app.scheduler.Start(ctx, refresher{l.app.Segments}); err != nil {
		cancel(err)
	}
	select {
	case <-ctx.Done():
	case <-l.app.Store.Dead():
		cancel(l.app.Store.Failed())
	}
	l.app.config.Logger.Info("stopping: requests in flight may finish")
	draining, done := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer done()
	failure := errors.Join(l.public.Shutdown(draining), l.owner.Shutdown(draining))
	if failure != nil { // time is up: those who still wait do not hear the outcome
		l.public.Close()
		l.owner.Close()
	}
	<-publicDone
	<-ownerDone
	background.Wait()
	l.app.scheduler.Stop()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}
