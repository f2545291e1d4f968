package wire

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Noun is what can be made, listed, read, changed and deleted at one path, by its id.
// RegisterCreate, RegisterList, RegisterGet, RegisterPatch and RegisterDelete add its
// operations: those that it has, in any order.
//
// Each of them takes an Operation that says only what is not the same for every noun:
// Heavy, Refuses, About and the like. A Summary that is given replaces the usual one.
type Noun struct {
	Server  *Server
	Article string // "a"
	Name    string // "segment"
	Plural  string // "segments": the path /v1/segments, and the tag of its operations

	// Owner is the noun that each of it belongs to, nil for none. It is then made, and those of
	// one owner are listed, at the path of that one: /v1/contacts/{id}/pledges.
	Owner *Noun

	PageDoc  string // of the parameter limit of the list, "Segments a page."
	PatchDoc string // of the body of a change, "A merge patch (RFC 7396)."
}

// Page is the part of a list that is asked for.
type Page struct {
	After ledger.ID // the last one of the page before, zero for the first page
	Limit int       // at least 1

	seal func(last ledger.ID) string
}

// Next is the cursor for the page after this one, by the last one that this page has.
func (p Page) Next(last ledger.ID) string { return p.seal(last) }

// Inputs. Their tags have words of the noun in braces: see Noun.operation.
type (
	createInput[C any] struct {
		Body C `body:"json"`
	}
	createOfInput[C any] struct {
		ID   ledger.ID `path:"id" noun:"{owner}" doc:"The id of the {owner}."`
		Body C         `body:"json"`
	}
	listInput struct {
		Limit  int    `query:"limit" doc:"{page}" minimum:"1" maximum:"1000" default:"50"`
		Cursor string `query:"cursor" doc:"next_cursor of the page before."`
	}
	getInput struct {
		ID ledger.ID `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
	}
	patchInput[P any] struct {
		ID      ledger.ID `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
		IfMatch string    `header:"If-Match" doc:"The ETag that the {noun} must still have, else 412."`
		Body    P         `body:"json" doc:"{patch}"`
	}
	deleteInput struct {
		ID      ledger.ID `path:"id" noun:"{noun}" doc:"The id of the {noun}."`
		IfMatch string    `header:"If-Match" doc:"The ETag that the {noun} must still have, else 412."`
	}
)

// operation completes an operation on all of the noun.
func (n Noun) operation(op Operation, id, method, summary string) Operation {
	op.ID, op.Method, op.Path, op.Tag = id, method, "/v1/"+n.Plural, n.Plural
	op.Summary = cmp.Or(op.Summary, summary)
	op.words = strings.NewReplacer("{noun}", n.Name, "{nouns}", n.Plural, "{Nouns}", strings.ToUpper(n.Plural[:1])+n.Plural[1:],
		"{owner}", n.owner().Name, "{page}", n.PageDoc, "{patch}", n.PatchDoc)
	return op
}

func (n Noun) owner() Noun {
	if n.Owner == nil {
		return Noun{}
	}
	return *n.Owner
}

// OfAll completes an operation on all of the noun at a path below that of the noun, "" for that
// one. Tags of its input may have the words {noun}, {nouns} and {Nouns}.
func (n Noun) OfAll(op Operation, id, method, below, summary string) Operation {
	op = n.operation(op, id, method, summary)
	op.Path += below
	return op
}

// OfOne is OfAll for an operation on one of the noun, whose id is the parameter id.
func (n Noun) OfOne(op Operation, id, method, below, summary string) Operation {
	return n.OfAll(op, id, method, "/{id}"+below, summary)
}

// OfOwner is OfAll for an operation on those that belong to one owner, whose id is the
// parameter id. Tags may also have the word {owner}.
func (n Noun) OfOwner(op Operation, id, method, summary string) Operation {
	op = n.operation(op, id, method, summary)
	op.Path = "/v1/" + n.Owner.Plural + "/{id}/" + n.Plural
	return op
}

// one completes an operation on one of it, whose id and summary begin with verbs.
func (n Noun) one(op Operation, verb, method, summary string) Operation {
	return n.OfOne(op, verb+"-"+n.Name, method, "", summary+" "+n.Article+" "+n.Name)
}

// RegisterCreate adds POST. C is the body, an O the answer, which must have a
// Location, a Version and a Seq.
func RegisterCreate[C, O any](n Noun, op Operation, create func(ctx context.Context, body C) (Answer[O], error)) {
	op = n.operation(op, "create-"+n.Name, http.MethodPost, "Make "+n.Article+" "+n.Name)
	op.Status, op.Writes, op.Headers = http.StatusCreated, true, []string{ETagHeader, LocationHeader}
	Register(n.Server, op, func(ctx context.Context, in *createInput[C]) (Answer[O], error) { return create(ctx, in.Body) })
}

// RegisterCreateOf is RegisterCreate for a noun with an owner, which is made at its path.
func RegisterCreateOf[C, O any](n Noun, op Operation, create func(ctx context.Context, owner ledger.ID, body C) (Answer[O], error)) {
	op = n.OfOwner(op, "create-"+n.Name, http.MethodPost, "Make "+n.Article+" "+n.Name+" of "+n.Owner.Article+" "+n.Owner.Name)
	op.Status, op.Writes, op.Headers = http.StatusCreated, true, []string{ETagHeader, LocationHeader}
	Register(n.Server, op, func(ctx context.Context, in *createOfInput[C]) (Answer[O], error) { return create(ctx, in.ID, in.Body) })
}

// RegisterList adds GET of the path, page by page in the order of ids. An O is a
// page, with the cursor that Page.Next makes.
func RegisterList[O any](n Noun, op Operation, list func(ctx context.Context, page Page) (O, error)) {
	op = n.operation(op, "list-"+n.Plural, http.MethodGet, "List the "+n.Plural)
	Register(n.Server, op, func(ctx context.Context, in *listInput) (Answer[O], error) {
		after, err := n.Server.Cursors.OpenID(in.Cursor, op.ID)
		if err != nil {
			return Answer[O]{}, err
		}
		page := Page{After: after, Limit: in.Limit, seal: func(last ledger.ID) string { return n.Server.Cursors.SealID(last, op.ID) }}
		body, err := list(ctx, page)
		return Answer[O]{Body: body}, err
	})
}

// RegisterGet adds GET of one. The answer must have a Version.
func RegisterGet[O any](n Noun, op Operation, get func(ctx context.Context, id ledger.ID) (Answer[O], error)) {
	op = n.one(op, "get", http.MethodGet, "Read")
	op.Headers = []string{ETagHeader}
	Register(n.Server, op, func(ctx context.Context, in *getInput) (Answer[O], error) { return get(ctx, in.ID) })
}

// RegisterPatch adds PATCH of one, under the condition that it has a version still, 0
// for any. P is the body. The answer must have a Version and a Seq.
func RegisterPatch[P, O any](n Noun, op Operation, patch func(ctx context.Context, id ledger.ID, body P, version uint64) (Answer[O], error)) {
	op = n.one(op, "update", http.MethodPatch, "Change")
	op.Writes, op.Headers = true, []string{ETagHeader}
	Register(n.Server, op, func(ctx context.Context, in *patchInput[P]) (Answer[O], error) {
		version, err := ParseIfMatch(in.IfMatch)
		if err != nil {
			return Answer[O]{}, err
		}
		return patch(ctx, in.ID, in.Body, version)
	})
}

// RegisterDelete adds DELETE of one, under the same condition.
func RegisterDelete(n Noun, op Operation, remove func(ctx context.Context, id ledger.ID, version uint64) (ledger.Done, error)) {
	op = n.one(op, "delete", http.MethodDelete, "Delete")
	op.Status, op.Writes = http.StatusNoContent, true
	Register(n.Server, op, func(ctx context.Context, in *deleteInput) (Answer[None], error) {
		version, err := ParseIfMatch(in.IfMatch)
		if err != nil {
			return Answer[None]{}, err
		}
		done, err := remove(ctx, in.ID, version)
		return Answer[None]{Seq: done.Seq, Replayed: done.Replayed}, err
	})
}

// DeletedSince answers a repeated request that made or changed one of a noun, when it
// does not exist any more. It names the contacts, if those are what was meant.
func DeletedSince(noun string, named ...ledger.ID) error {
	return &fault.Error{
		Kind: fault.KindGone, Type: "deleted-since", ContactIDs: named,
		Message: "The request was carried out before, and its " + noun + " has been deleted since.",
	}
}
