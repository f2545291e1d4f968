package audiences

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Created is the outcome of Create.
type Created struct {
	// Audience is nil if Replayed is true and it was deleted since.
	Audience *Audience
	Seq      uint64
	// Replayed says that this repeats the answer to an earlier request with the same idempotency key.
	// Audience is then its present state.
	Replayed bool
}

// Create freezes an audience of snapshot n of the segment. With n = 0 it takes a snapshot first. The
// audience holds the snapshot, which is not removed while the audience is there. known are faults of
// the order that were found before: all are said at once, in an error of KindInvalid. Other errors are
// of KindConflict if there are MaxAudiences already or a segment is broken, and of KindGone if the
// snapshot has expired.
func (s *Service) Create(ctx context.Context, by ledger.Caller, o Order, n uint32, known []fault.Fault) (Created, error) {
	select {
	case s.freezing <- struct{}{}:
		defer func() { <-s.freezing }()
	case <-ctx.Done():
		return Created{}, ctx.Err()
	}
	if outcome, repeated, err := ledger.Earlier(ctx, s.store, by, s.now()); err != nil || repeated {
		if err != nil {
			return Created{}, err
		}
		return s.replayed(ctx, outcome)
	}
	if err := s.checkOrder(ctx, &o, n, known); err != nil {
		return Created{}, err
	}
	if err := s.checkRoom(ctx); err != nil {
		return Created{}, err
	}
	a := &Audience{ID: s.options.NewID(), Order: o, CreatedAt: s.now(), CreatedBy: by.Author}
	var created Created
	err := s.segments.WithSnapshot(ctx, by.Author, o.Segment, n, func(snapshot Snapshot) (err error) {
		a.Snapshot = snapshot.N
		set, held, err := s.choose(ctx, a, snapshot.Members)
		if err != nil {
			return err
		}
		list, err := pieces(a.ID, s.arrange(a, set), len(a.Groups), held)
		if err != nil {
			return err
		}
		created, err = s.write(ctx, by, a, list)
		return err
	})
	if fault.KindOf(err) == fault.KindNotFound && err != nil && n > 0 {
		return Created{}, invalid([]fault.Fault{{Path: "snapshot", Detail: "must be the number of a snapshot of the segment"}})
	}
	return created, err
}

func invalid(faults []fault.Fault) error {
	return fault.Invalid("invalid-audience", "The audience is not valid.", faults)
}

// checkOrder returns everything that is wrong with an order. What is said of a member already is not
// said again, nor is anything of what is around it.
func (s *Service) checkOrder(ctx context.Context, o *Order, n uint32, known []fault.Fault) error {
	faults := known
	add := func(f fault.Fault) {
		for _, k := range faults {
			if k.Path == f.Path || within(k.Path, f.Path) {
				return
			}
		}
		faults = append(faults, f)
	}
	for _, f := range o.check(s.store.Schema(), s.calendar) {
		add(f)
	}
	missing := func(path, detail string, err error) error {
		if err == nil || fault.KindOf(err) != fault.KindNotFound {
			return err
		}
		add(fault.Fault{Path: path, Detail: detail})
		return nil
	}
	if err := missing("segment_id", "must be the id of a segment", s.segments.Check(ctx, o.Segment)); err != nil {
		return err
	}
	for i, id := range o.Exclude.Segments {
		if err := missing(fmt.Sprintf("exclude.segments[%d]", i), "must be the id of a segment", s.segments.Check(ctx, id)); err != nil {
			return err
		}
	}
	for i, id := range o.Exclude.Audiences {
		_, err := s.Get(ctx, id)
		if err := missing(fmt.Sprintf("exclude.audiences[%d]", i), "must be the id of an audience", err); err != nil {
			return err
		}
	}
	return invalid(faults)
}

// within reports whether a path lies inside of another.
func within(path, outer string) bool {
	return len(path) > len(outer) && path[:len(outer)] == outer && (path[len(outer)] == '.' || path[len(outer)] == '[')
}

// checkRoom returns an error of KindConflict if there are MaxAudiences audiences. The caller holds the
// lock, so nobody makes one meanwhile.
func (s *Service) checkRoom(ctx context.Context) error {
	holds, err := s.store.Documents(ctx, HoldDocuments, "", "", MaxAudiences)
	if err != nil || len(holds) < MaxAudiences {
		return err
	}
	return &fault.Error{
		Kind: fault.KindConflict, Type: "too-many-audiences",
		Message: fmt.Sprintf("There can be at most %d audiences: delete one that nobody needs.", MaxAudiences),
	}
}

// write stores an audience with its pieces. The first may go into commits of their own. Nobody reads them before
// the last commit, which has the audience itself.
func (s *Service) write(ctx context.Context, by ledger.Caller, a *Audience, list []ledger.Document) (Created, error) {
	mark := func(tx ledger.Tx) error { return tx.PutDocument(RowDocuments, markKey(a.ID), []byte(making)) }
	if _, err := s.store.Update(ctx, by.Author, mark); err != nil {
		return Created{}, err
	}
	created, err := s.finish(ctx, by, a, list)
	if err != nil || created.Replayed {
		s.remove(context.WithoutCancel(ctx), a.ID)
	}
	return created, err
}

// finish writes the pieces and then the audience.
func (s *Service) finish(ctx context.Context, by ledger.Caller, a *Audience, list []ledger.Document) (Created, error) {
	rest, err := ledger.WriteAhead(ctx, s.store, by.Author, RowDocuments, list, s.options.CommitBytes)
	if err != nil {
		return Created{}, err
	}
	var outcome ledger.Outcome
	seq, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) (err error) {
		outcome, err = ledger.Once(tx, by.Receipt, a.CreatedAt, func() (ledger.Outcome, error) {
			return ledger.Outcome{Status: "created", IDs: []string{a.ID.String()}}, s.put(tx, a, rest)
		})
		return err
	})
	switch {
	case err != nil:
		return Created{}, err
	case outcome.Replayed:
		return s.replayed(ctx, outcome)
	}
	return Created{Audience: a, Seq: seq}, nil
}

// put writes the last pieces of a new audience, its hold and the audience, and takes its mark away.
func (s *Service) put(tx ledger.Tx, a *Audience, rest []ledger.Document) error {
	if mark, err := tx.Document(RowDocuments, markKey(a.ID)); err != nil || string(mark) != making {
		return cmp.Or(err, errAbandoned)
	}
	if err := ledger.PutDocuments(tx, RowDocuments, rest); err != nil {
		return err
	}
	if err := tx.PutDocument(HoldDocuments, holdKey(a), []byte(heldBy)); err != nil {
		return err
	}
	if err := tx.DeleteDocument(RowDocuments, markKey(a.ID)); err != nil {
		return err
	}
	return putAudience(tx, a)
}

// errAbandoned means that the request was given up, and its pieces are being removed.
var errAbandoned = errors.New("the audience was given up before it was stored")

// putAudience writes the state of an audience, and gives it its version.
func putAudience(tx ledger.Tx, a *Audience) error {
	a.Version = tx.Seq()
	document, err := encode(a)
	if err != nil {
		return err
	}
	return tx.PutDocument(AudienceDocuments, a.ID.String(), document)
}

// replayed returns the answer to a repeated request.
func (s *Service) replayed(ctx context.Context, o ledger.Outcome) (Created, error) {
	created := Created{Seq: o.Seq, Replayed: true}
	if len(o.IDs) != 1 {
		return created, fmt.Errorf("the receipt of an audience names %d", len(o.IDs))
	}
	id, err := uuid.Parse(o.IDs[0])
	if err != nil {
		return Created{}, err
	}
	created.Audience, err = s.Get(ctx, id)
	if fault.KindOf(err) == fault.KindNotFound && err != nil {
		return created, nil
	}
	return created, err
}

// FieldsOf returns the fields of contacts that an audience answers, in their order, none for all. One
// whose attribute was deleted since is a field without a value.
func (a *Audience) FieldsOf(schema *fields.Schema) []fields.Field {
	list := make([]fields.Field, len(a.Fields))
	for i, chosen := range a.Fields {
		field, known := schema.Field(chosen.Name)
		number := uint32(0)
		if known && field.Attribute != nil {
			number = field.Attribute.Number
		}
		if !known || number != chosen.Number {
			field = fields.Field{Name: chosen.Name, Type: fields.FieldText}
		}
		list[i] = field
	}
	return list
}
