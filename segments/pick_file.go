package segments

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/ledger"
)

// Key names a contact in a file.
type Key struct {
	Line int // of the file, from 1
	// Field is the field that has the value: id, identifier, email or phone. With "" each of them
	// is tried, in this order.
	Field string
	Value string
}

// keyFields are the fields by which a file may name contacts, in the order in which they are tried.
var keyFields = []string{"id", "identifier", "email", "phone"}

// Reject is a line of a file that named no contact.
type Reject struct {
	Line   int
	Detail string
}

// MaxRejects is how many rejects an answer lists.
const MaxRejects = 1_000

// FileResult is the outcome of PickFile. Lines is how many lines the file has, Matched how many
// of them named a contact. A repeated request counts the lines as the contacts are now.
type FileResult struct {
	PickResult
	Lines, Matched int
	Rejects        []Reject // the first MaxRejects
}

// PickFile adds the contacts that the lines of a file name to those that are pinned to a segment.
// Lines that name nobody are rejected, and the others count. Errors are as for Pick.
func (s *Service) PickFile(ctx context.Context, by ledger.Caller, id ledger.ID, keys []Key, version uint64) (FileResult, error) {
	r := FileResult{Lines: len(keys)}
	add := roaring.New()
	for i, key := range keys {
		if i%pageSize == 0 && ctx.Err() != nil {
			return r, ctx.Err()
		}
		ordinal, detail, err := s.named(ctx, key)
		if err != nil {
			return r, err
		}
		if ordinal > 0 {
			r.Matched++
			add.Add(ordinal)
		} else if len(r.Rejects) < MaxRejects {
			r.Rejects = append(r.Rejects, Reject{key.Line, detail})
		}
	}
	if err := s.lockDefinitions(ctx); err != nil {
		return r, err
	}
	defer s.unlockDefinitions()
	before, repeated, err := s.pickedBefore(ctx, by, id, Pinned)
	if err == nil && !repeated {
		before, err = s.pick(ctx, by, id, Pinned, add, roaring.New(), version)
	}
	r.PickResult = before
	return r, err
}

// named returns the ordinal of the contact that a key names, or 0 and what is wrong.
func (s *Service) named(ctx context.Context, key Key) (ordinal uint32, detail string, err error) {
	if key.Field != "" {
		ordinal, detail, err = s.people.Ordinal(ctx, key.Field, key.Value)
		if ordinal == 0 && detail == "" {
			detail = "no contact has this " + key.Field
		}
		return ordinal, detail, err
	}
	for _, field := range keyFields {
		if ordinal, _, err = s.people.Ordinal(ctx, field, key.Value); err != nil || ordinal > 0 {
			return ordinal, "", err
		}
	}
	return 0, "no contact has this id, identifier, e-mail or phone", nil
}
