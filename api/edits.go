package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Edits are the use cases that change and delete the records of a kind.
type Edits[T any] interface {
	Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (ledger.Result[T], error)
	Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error)
}

// edits answers requests that make, change and delete records of a kind. T is a record, and B
// is one on the wire.
type edits[T, B any] struct {
	noun    wire.Noun
	kind    *ledger.Kind[T]
	records Edits[T]
	// before is called before a record is changed whose values the answer has; it may refuse. Nil
	// for nothing.
	before func(ctx context.Context) error
	// present answers with a record as it is, and refuses nobody: it is written by then.
	present func(ctx context.Context, r *T) (wire.Answer[B], error)
}

// registerCreation adds POST for a kind that stands alone. C is the text of a draft, and says how
// it is described.
func registerCreation[C ~[]byte, T, B any](
	e edits[T, B], op wire.Operation, create func(ctx context.Context, by ledger.Caller, d fields.Draft) (ledger.Result[T], error),
) {
	wire.RegisterCreate(e.noun, op, func(ctx context.Context, text C) (wire.Answer[B], error) {
		return e.create(ctx, text, create)
	})
}

// registerCreationOf is registerCreation for a kind whose records belong to others.
func registerCreationOf[C ~[]byte, T, B any](
	e edits[T, B], op wire.Operation, create func(ctx context.Context, by ledger.Caller, owner ledger.ID, d fields.Draft) (ledger.Result[T], error),
) {
	wire.RegisterCreateOf(e.noun, op, func(ctx context.Context, owner ledger.ID, text C) (wire.Answer[B], error) {
		return e.create(ctx, text, func(ctx context.Context, by ledger.Caller, d fields.Draft) (ledger.Result[T], error) {
			return create(ctx, by, owner, d)
		})
	})
}

// registerEdits adds PATCH, of which P is the text, and DELETE.
func registerEdits[P ~[]byte, T, B any](e edits[T, B], patch, remove wire.Operation) {
	wire.RegisterPatch(e.noun, patch, func(ctx context.Context, id ledger.ID, text P, version uint64) (wire.Answer[B], error) {
		return e.write(ctx, text, func(ctx context.Context, by ledger.Caller, d fields.Draft) (ledger.Result[T], error) {
			if err := e.ask(ctx); err != nil {
				return ledger.Result[T]{}, err
			}
			return e.records.Patch(ctx, by, id, d, version)
		})
	})
	wire.RegisterDelete(e.noun, remove, func(ctx context.Context, id ledger.ID, version uint64) (ledger.Done, error) {
		return e.records.Delete(ctx, wire.CallerOf(ctx), id, version)
	})
}

// create answers with the record that a use case makes of a draft. What the caller has just
// written tells it nothing. What others have written since does, when the request is repeated.
func (e edits[T, B]) create(
	ctx context.Context, text []byte, useCase func(context.Context, ledger.Caller, fields.Draft) (ledger.Result[T], error),
) (wire.Answer[B], error) {
	return e.write(ctx, text, func(ctx context.Context, by ledger.Caller, d fields.Draft) (ledger.Result[T], error) {
		r, err := useCase(ctx, by, d)
		if err == nil && r.Replayed && r.Record != nil && *e.kind.Stamp(r.Record).Version != r.Seq {
			err = e.ask(ctx)
		}
		return r, err
	})
}

// ask calls before.
func (e edits[T, B]) ask(ctx context.Context) error {
	if e.before == nil {
		return nil
	}
	return e.before(ctx)
}

// write answers with what a use case makes of a draft.
func (e edits[T, B]) write(
	ctx context.Context, text []byte, useCase func(context.Context, ledger.Caller, fields.Draft) (ledger.Result[T], error),
) (wire.Answer[B], error) {
	draft, err := draftOf(text)
	if err != nil {
		return wire.Answer[B]{}, err
	}
	r, err := useCase(ctx, wire.CallerOf(ctx), draft)
	if err != nil {
		return wire.Answer[B]{}, err
	}
	return e.written(ctx, r)
}

// written answers with the record that a use case wrote.
func (e edits[T, B]) written(ctx context.Context, r ledger.Result[T]) (wire.Answer[B], error) {
	if r.Record == nil {
		return wire.Answer[B]{}, wire.DeletedSince(e.noun.Name)
	}
	out, err := e.present(ctx, r.Record)
	if err != nil {
		return wire.Answer[B]{}, err
	}
	out.Seq, out.Replayed = r.Seq, r.Replayed
	if r.Status == ledger.StatusCreated {
		out.Status, out.Location = http.StatusCreated, "/v1/"+e.noun.Plural+"/"+e.kind.Stamp(r.Record).ID.String()
	}
	return out, nil
}
