package app

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api"
	"github.com/ndoto/kundi/app/adapters"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/dossier"
	"github.com/ndoto/kundi/explain"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/timeline"
	"github.com/ndoto/kundi/watch"
	"github.com/ndoto/kundi/web"
	"github.com/ndoto/kundi/workspace"
)

func (a *App) openServices(ctx context.Context) error {
	var err error
	if a.Keys, err = access.Open(ctx, a.Store, a.config.now, rand.Reader); err != nil {
		return err
	}
	if a.Team, err = access.OpenPeople(ctx, a.Store, a.Keys, a.config.now, rand.Reader); err != nil {
		return err
	}
	if a.Sessions, err = access.OpenSessions(ctx, a.Store, a.Keys, a.Team, a.config.now, rand.Reader); err != nil {
		return err
	}
	a.onClose(func(ctx context.Context) error { a.flushUses(ctx); return nil })
	a.scheduler, err = scheduler.New(a.Store, segments.SegmentDocuments, scheduler.Options{Logger: a.config.Logger, Registerer: a.metrics})
	if err != nil {
		return err
	}
	a.onClose(func(context.Context) error { a.scheduler.Stop(); return nil })
	a.Contacts = contacts.NewService(a.Store, companies.Directory{}, a.config.now, nil)
	a.Segments = segments.New(a.Store, a.Index, a.Contacts, adapters.Schedules{Scheduler: a.scheduler}, segments.Options{Now: a.config.now, Holds: audiences.Holds{Store: a.Store}, Logger: a.config.Logger})
	if err := a.Segments.Renew(ctx, ledger.Author{Source: ledger.SourceSystem, Name: "upgrade"}); err != nil {
		return err
	}
	if err := a.Segments.RenewSizes(ctx, ledger.Author{Source: ledger.SourceSystem, Name: "upgrade"}); err != nil {
		return err
	}
	if err := a.Segments.RenewUses(ctx, ledger.Author{Source: ledger.SourceSystem, Name: "upgrade"}); err != nil {
		return err
	}
	a.Workspace = workspace.NewService(a.Store, a.config.now, workspace.WithAttributeUse(segments.Unused), workspace.WithOptionUse(segments.OptionUnused), workspace.WithLabelUse(a.Segments.RenameLabel))
	a.Companies = companies.NewService(a.Store, a.config.now, nil)
	a.Conversations = conversations.NewService(a.Store, a.Contacts, a.config.now, nil)
	a.Notes = notes.NewService(a.Store, a.config.now, nil)
	a.Audiences = audiences.New(a.Store, adapters.Segments{Service: a.Segments}, adapters.Standings{Index: a.Index, Store: a.Store},
		adapters.People{Index: a.Index, Store: a.Store, Now: a.config.now}, adapters.Calendar{Store: a.Store}, audiences.Options{Now: a.config.now, Logger: a.config.Logger})
	if err := a.Audiences.Sweep(ctx); err != nil {
		return err
	}
	a.alarms = scheduler.NewAlarms(a.Store, a.bells(), a.config.now, a.config.Logger)
	a.watcher, err = watch.New(a.Store, adapters.Watched{Index: a.Index}, a.Segments, watch.Options{Now: a.config.now, Logger: a.config.Logger, Registerer: a.metrics})
	if err != nil {
		return err
	}
	return a.Segments.Sweep(ctx)
}

// flushUses stores when keys and sessions were used. It matters less than anything
// that could keep it from being stored, so it fails no one.
func (a *App) flushUses(ctx context.Context) {
	by := ledger.Author{Source: ledger.SourceSystem, Name: "upkeep"}
	if err := errors.Join(a.Keys.Flush(ctx, by), a.Sessions.Flush(ctx, by)); err != nil && ctx.Err() == nil {
		a.config.Logger.Warn("when keys and sessions were used last is not stored yet", "error", err)
	}
}

func (a *App) handler(connections int) (*api.API, error) {
	console, err := web.Built()
	if err != nil {
		return nil, err
	}
	return api.New(api.Options{
		Contacts: a.Contacts, Companies: a.Companies, Conversations: a.Conversations, Notes: a.Notes, Timelines: timeline.NewService(a.Store, adapters.Spans{Index: a.Index}), Dossiers: dossier.NewService(a.Store),
		Explanations: explain.NewService(a.Store, a.Segments, a.watcher, adapters.Derived{Index: a.Index}, a.config.now),
		Workspace:    a.Workspace, Index: a.Index, Segments: a.Segments, SegmentEvents: a.watcher, Audiences: a.Audiences, Runs: a.scheduler, Keys: a.Keys, People: a.Team, Sessions: a.Sessions, Console: console,
		Store: a.Store, Secret: a.Store.Secret("cursors"), Hosts: a.config.Hosts, Connections: connections, Ready: a.ready,
		Logger: a.config.Logger, Registerer: a.metrics, Gatherer: a.metrics, Clock: a.config.now,
	})
}

// ready says whether the server can do all of its work.
func (a *App) ready() error {
	if err := a.Store.Ready(); err != nil {
		return err
	}
	return a.Index.Ready()
}

// refresher is the segments as the scheduler knows them.
type refresher struct{ *segments.Service }

func (r refresher) Refresh(ctx context.Context, segment ledger.ID) (scheduler.Result, error) {
	by := ledger.Author{Source: ledger.SourceSystem, Name: "schedule"}
	done, err := r.Service.Refresh(ctx, ledger.Caller{Author: by}, segment)
	if err != nil {
		return scheduler.Result{}, err
	}
	return scheduler.Result{
		Snapshot: done.Snapshot.N, Count: done.Snapshot.Count,
		Entered: done.Snapshot.Entered, Left: done.Snapshot.Left, Unchanged: done.Unchanged, By: done.DefinedBy,
	}, nil
}
