package audiences

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Acknowledge notes that a campaign has dealt with all rows up to one. The same row again changes
// nothing. A row that lies before the last one is an error of KindConflict, one that the audience does
// not have of KindInvalid.
func (s *Service) Acknowledge(ctx context.Context, by ledger.Caller, id ledger.ID, row uint32) (*Audience, ledger.Done, error) {
	now := s.now()
	done, err := ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error {
		a, err := audienceOf(tx, id)
		switch {
		case err != nil:
			return err
		case row > a.Count:
			return fault.Invalid("invalid-acknowledgement", "The acknowledgement is not valid.",
				[]fault.Fault{{Path: "row", Detail: fmt.Sprintf("must be a row of the audience, from 1 to %d", a.Count)}})
		case row < a.Acknowledged:
			return &fault.Error{
				Kind: fault.KindConflict, Type: "acknowledged-further",
				Message: fmt.Sprintf("Row %d was acknowledged already, and an acknowledgement does not go back.", a.Acknowledged),
			}
		case row == a.Acknowledged:
			return nil
		}
		a.Acknowledged, a.AcknowledgedAt = row, now
		return putAudience(tx, a)
	})
	if err != nil {
		return nil, ledger.Done{}, err
	}
	a, err := s.Get(ctx, id)
	return a, done, err
}

// audienceOf reads an audience in a closure.
func audienceOf(tx ledger.Tx, id ledger.ID) (*Audience, error) {
	document, err := tx.Document(AudienceDocuments, id.String())
	if err != nil {
		return nil, err
	}
	if document == nil {
		return nil, fault.NotFound("audience")
	}
	return decode(id, document)
}

// Delete removes an audience with its rows, and gives its snapshot free. If version is neither 0 nor
// the version of the audience, the error is of KindPrecondition.
//
// The audience is removed at once. Its rows are removed in small commits after that, and by Sweep if
// the process stops in between.
func (s *Service) Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error) {
	done, err := ledger.Do(ctx, s.store, by, s.now(), func(tx ledger.Tx) error {
		a, err := audienceOf(tx, id)
		if err != nil {
			return err
		}
		if err := ledger.CheckVersion(version, a.Version); err != nil {
			return err
		}
		// The audience comes last: its number is that of the deletion.
		if err := tx.PutDocument(RowDocuments, markKey(id), []byte(removing)); err != nil {
			return err
		}
		if err := tx.DeleteDocument(HoldDocuments, holdKey(a)); err != nil {
			return err
		}
		return tx.DeleteDocument(AudienceDocuments, id.String())
	})
	if err == nil && !done.Replayed {
		s.remove(ctx, id)
	}
	return done, err
}

// sweeper is the author of removals that nobody asked for.
var sweeper = ledger.Author{Source: ledger.SourceSystem, Name: "retention"}

// remove removes the pieces of an audience that is not there, and its mark last. If the audience was
// stored after all, it stays.
func (s *Service) remove(ctx context.Context, id ledger.ID) {
	if err := s.sweep(ctx, id); err != nil {
		s.options.Logger.Warn("the rows of an audience that is gone will be removed later", "audience", id, "error", err)
	}
}

func (s *Service) sweep(ctx context.Context, id ledger.ID) error {
	there := false
	_, err := s.store.Update(ctx, sweeper, func(tx ledger.Tx) error {
		document, err := tx.Document(AudienceDocuments, id.String())
		if there = document != nil; err != nil || there {
			return err
		}
		return tx.PutDocument(RowDocuments, markKey(id), []byte(removing))
	})
	if err != nil || there {
		return err
	}
	if err := ledger.DeleteDocuments(ctx, s.store, sweeper, RowDocuments, piecesPrefix(id), "", ""); err != nil {
		return err
	}
	_, err = s.store.Update(ctx, sweeper, func(tx ledger.Tx) error { return tx.DeleteDocument(RowDocuments, markKey(id)) })
	return err
}

// Sweep removes the pieces of audiences that were deleted, or never finished, when the process stopped.
// The program calls it once, before it serves requests.
func (s *Service) Sweep(ctx context.Context) error {
	return ledger.EachDocument(ctx, s.store, RowDocuments, markPrefix, func(d ledger.Document) error {
		id, err := uuid.Parse(strings.TrimPrefix(d.Key, markPrefix))
		if err != nil {
			return err
		}
		return s.sweep(ctx, id)
	})
}

// Holds are the snapshots that the audiences of a store hold.
type Holds struct{ Store ledger.DocumentReader }

// Held returns the numbers of the snapshots of a segment that audiences hold, each once, in rising
// order.
func (h Holds) Held(ctx context.Context, segment ledger.ID) (numbers []uint32, err error) {
	prefix := holdPrefix(segment)
	err = ledger.EachDocument(ctx, h.Store, HoldDocuments, prefix, func(d ledger.Document) error {
		text, _, _ := strings.Cut(strings.TrimPrefix(d.Key, prefix), "/")
		n, err := strconv.ParseUint(text, 10, 32)
		numbers = append(numbers, uint32(n))
		return err
	})
	return slices.Compact(numbers), err
}
