package notes

import (
	"context"
	"math"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Store is what the use cases need of the store.
type Store interface {
	ledger.EditorStore
	ledger.Histories
}

// Result is what became of one note.
type Result = ledger.Result[Note]

// Service is the use cases of notes. It is safe for several goroutines.
type Service struct {
	store  Store
	editor *ledger.Editor[Note]
}

// maxSkew is how far the clock of who writes may be ahead.
const maxSkew = 5 * time.Minute

// NewService returns the use cases over a store. A nil clock is time.Now, nil ids are UUIDv7.
func NewService(store Store, clock func() time.Time, ids func() ledger.ID) *Service {
	s := &Service{store: store}
	s.editor = ledger.NewEditor(ledger.Editor[Note]{
		Kind: Kind, Store: store, Now: clock, NewID: ids, CheckDraft: s.checkDraft,
		Others: map[string]string{
			"author": refusedAuthor, "version": ledger.RefusedByServer,
			"contact_id": "is said by the path and cannot be sent",
		},
	})
	return s
}

// checkDraft refuses a note of the future: it would be the newest one until then.
func (s *Service) checkDraft(_ *fields.Schema, _ fields.Draft, c *ledger.Changes[Note]) []fault.Fault {
	made, _ := c.Value("created_at")
	if made.IsMissing() || made.Int <= s.editor.Now().Add(maxSkew).UnixMilli() {
		return nil
	}
	return []fault.Fault{{Path: "created_at", Detail: "must not be in the future"}}
}

// Get returns a note, or an error of fault.KindNotFound.
func (s *Service) Get(ctx context.Context, id ledger.ID) (*Note, error) {
	return s.editor.Get(ctx, id)
}

// Create makes a note about the contact with an id, which another may have absorbed. Without it
// the error is of fault.KindNotFound. The author of the note is whoever asks.
func (s *Service) Create(ctx context.Context, by ledger.Caller, contact ledger.ID, d fields.Draft) (Result, error) {
	return s.editor.Create(ctx, by, d, func(tx ledger.Tx, n *Note) (err error) {
		n.Source, n.Name, n.Versions = by.Source, by.Name, 1
		n.Owner, err = Kind.OwnerOf(tx, contact)
		return err
	})
}

// Patch applies a merge patch to a note, as ledger.Editor.Patch does. Another text is another
// version.
func (s *Service) Patch(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft, version uint64) (Result, error) {
	return s.editor.Patch(ctx, by, id, d, version, func(before, after *Note) {
		if after.Text != before.Text {
			after.Versions++
		}
	})
}

// Delete removes a note with its versions; version is as for Patch.
func (s *Service) Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error) {
	return s.editor.Delete(ctx, by, id, version)
}

// How much one page reads at most: so it may have fewer notes than it could, with pinned even
// none, and still not be the last.
const (
	maxRead  = 1_000
	maxBytes = 4 << 20 // of texts
	readPart = 50      // at once
)

// Of returns up to limit notes of contacts with some ordinals (see ledger.Ordinals) that come after
// one, nil for the newest: the newest first, and only those that are pinned if so asked. next is the
// last one that was read when there are more, nil at the end.
func (s *Service) Of(ctx context.Context, owners []uint32, pinned bool, after *ledger.Ref, limit int) (list []*Note, next *ledger.Ref, err error) {
	for read, bytes := 0, 0; ; {
		w := ledger.Window{After: after, Reverse: true, Limit: readPart}
		part, err := Kind.OwnedBy(ctx, s.store, owners, w)
		if err != nil {
			return nil, nil, err
		}
		for _, n := range part {
			if len(list) == limit || read == maxRead || bytes >= maxBytes {
				return list, after, nil
			}
			ref := Kind.Stamp(n).Ref()
			after, read, bytes = &ref, read+1, bytes+len(n.Text)
			if n.Pinned || !pinned {
				list = append(list, n)
			}
		}
		if len(part) < w.Limit {
			return list, nil, nil
		}
	}
}

// Count is how many notes are about contacts with some ordinals.
func (s *Service) Count(ctx context.Context, owners []uint32) (uint64, error) {
	var count uint64
	err := s.store.Owned(ctx, &Kind.Shape, owners, ledger.Window{Limit: math.MaxInt}, func(ledger.Record) error {
		count++
		return nil
	})
	return count, err
}
