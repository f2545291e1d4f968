package watch

import (
	"context"
	"fmt"
	"regexp"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// Verify reads the events and the members of all watched segments, and adds each damage to found: what
// cannot be read or is missing, and events that are not in order. Nobody may write
// meanwhile. An error means that the store could not be read.
func Verify(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	v := verification{store: store, found: found}
	for _, read := range []func(context.Context) error{v.states, v.members, v.events} {
		if err := read(ctx); err != nil {
			return err
		}
	}
	return nil
}

// verification is one run of Verify.
type verification struct {
	store ledger.DocumentReader
	found *ledger.Differences
}

func (v *verification) states(ctx context.Context) error {
	return ledger.EachDocument(ctx, v.store, StateDocuments, "", func(d ledger.Document) error {
		if d.Key == positionKey {
			if ledger.DecodeDocument(d.Value, &position{}) != nil {
				v.found.Add("positions of watched segments that cannot be read")
			}
			return nil
		}
		var s segmentState
		id, err := uuid.Parse(d.Key)
		if err != nil || ledger.DecodeDocument(d.Value, &s) != nil || s.Base.Name == "" || s.Since.IsZero() {
			v.found.Add("watched segments that cannot be read")
			return nil
		}
		for _, chunk := range s.Base.Chunks {
			encoded, err := v.store.Document(ctx, MemberDocuments, memberKey(id, s.Base.Name, chunk))
			if err != nil {
				return err
			}
			if _, err := codec.DecodeSet(chunk, encoded); encoded == nil || err != nil {
				v.found.Add("members of watched segments that are missing or cannot be read")
			}
		}
		return nil
	})
}

var memberName = regexp.MustCompile(`^[0-9a-f-]{36}/[0-9a-f-]{36}/[0-9]{4}$`)

// members that are in no base are left of an attempt to store one. The next base removes them.
func (v *verification) members(ctx context.Context) error {
	return ledger.EachDocument(ctx, v.store, MemberDocuments, "", func(d ledger.Document) error {
		if !memberName.MatchString(d.Key) {
			v.found.Add("members of watched segments under names that nobody gives")
		}
		return nil
	})
}

var eventsName = regexp.MustCompile(`^[0-9a-f-]{36}/[0-9]{20}$`)

func (v *verification) events(ctx context.Context) error {
	segment, last := "", uint64(0)
	return ledger.EachDocument(ctx, v.store, EventDocuments, "", func(d ledger.Document) error {
		e, err := decodeDocument(d)
		if !eventsName.MatchString(d.Key) || err != nil || e.At.IsZero() || len(e.Events) == 0 {
			v.found.Add("events of watched segments that cannot be read")
			return nil
		}
		if of := d.Key[:36]; of != segment {
			segment, last = of, 0
		}
		for _, l := range e.Events {
			if l.Seq <= last || l.Contact == 0 || l.Cause.String() == "" {
				v.found.Add("events of watched segments that are not in order")
			}
			last = l.Seq
		}
		if fmt.Sprintf("%020d", last) != d.Key[37:] {
			v.found.Add("events of watched segments under another number")
		}
		return nil
	})
}
