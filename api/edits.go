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
	// present answers with a record as it is.
	present func(ctx context.Context, r *T) (wire.Answer[B], error)
}

// registerCreation adds POST for a kind that stands alone. C is the text of a draft, and says how
// it is described.
func registerCreation[C ~[]byte, T, B any](
	e edits[T, B], op wire.Operation, create func(ctx context.Context, by ledger.Caller, d fields.Draft) (ledger.Result[T], error),
) {
	wire.RegisterCreate(e.noun, op, func(ctx context.Context, text C) (wire.Answer[B], error) {
		return e.write(ctx, text, create)
	})
}

// registerEdits adds PATCH, of which P is the text, and DELETE.
func registerEdits[P ~[]byte, T, B any](e edits[T, B], patch, remove wire.Operation) {
	wire.RegisterPatch(e.noun, patch, func(ctx context.Context, id ledger.ID, text P, version uint64) (wire.Answer[B], error) {
		return e.write(ctx, text, func(ctx context.Context, by ledger.Caller, d fields.Draft) (ledger.Result[T], error) {
			return e.records.Patch(ctx, by, id, d, version)
		})
	})
	wire.RegisterDelete(e.noun, remove, func(ctx context.Context, id ledger.ID, version uint64) (ledger.Done, error) {
		return e.records.Delete(ctx, wire.CallerOf(ctx), id, version)
	})
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
