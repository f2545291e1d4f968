package audiences

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// MaxReports is how many events one report may have.
const MaxReports = 10_000

// reportsPerCommit is how many of them share one commit, when nobody else waits.
const reportsPerCommit = 500

// maxSkew is how far the clock of who reports may be ahead.
const maxSkew = 5 * time.Minute

// Report is an event as it is reported.
type Report struct {
	Row  uint32    // 0 when it is not known
	Kind EventKind // 0 for an item that is not stored, because its shape is wrong
	At   time.Time // zero when it is not known
}

// Outcome is what became of one event. Numbers stand in receipts and never change their meaning.
type Outcome uint8

// The outcomes.
const (
	Skipped              Outcome = iota // its shape is wrong, and nothing else
	Reported                            // it is stored
	Known                               // it was stored before
	NoSuchRow                           // the audience does not have the row
	InTheFuture                         // its moment is to come
	NoContact                           // the contact of the row does not exist any more
	NoSuchRowInTheFuture                // both: the audience does not have the row, and the moment is to come
)

// Reports are what became of a report.
type Reports struct {
	Outcomes []Outcome // one for each event, in order
	// Seq is the number of the last change, or of the head when there was none.
	Seq uint64
	// Replayed says that the whole report was done before, under the same idempotency key.
	Replayed bool
}

// Report stores what became of the rows of an audience. An event that is known already, with the same
// row, kind and moment, changes nothing. One that cannot be stored leaves the others alone. Events share
// commits; an error means that the report was refused as a whole, or stopped between two of them: then
// it can be sent again.
func (s *Service) Report(ctx context.Context, by ledger.Caller, id ledger.ID, list []Report) (Reports, error) {
	if len(list) == 0 || len(list) > MaxReports {
		return Reports{}, fault.Invalid("invalid-report", "The report is not valid.",
			[]fault.Fault{{Path: "events", Detail: fmt.Sprintf("must have 1 to %d items", MaxReports)}})
	}
	a, err := s.Get(ctx, id)
	if err != nil {
		return Reports{}, err
	}
	r := report{service: s, by: by, audience: a, list: list, outcomes: make([]Outcome, len(list)), now: s.now()}
	if r.owners, err = s.ownersOf(ctx, a, list); err != nil {
		return Reports{}, err
	}
	done := Reports{Outcomes: r.outcomes, Replayed: true}
	for from := 0; from < len(list); {
		part, err := r.commit(ctx, from)
		if err != nil {
			return Reports{}, err
		}
		from += part.items
		done.Seq, done.Replayed = part.seq, done.Replayed && part.replayed
	}
	return done, nil
}

// ownersOf returns the contacts of the rows that are reported, by row.
func (s *Service) ownersOf(ctx context.Context, a *Audience, list []Report) (map[uint32]uint32, error) {
	owners := make(map[uint32]uint32, len(list))
	var chunks []int
	for _, r := range list {
		if r.Row >= 1 && r.Row <= a.Count {
			owners[r.Row] = 0
			chunks = append(chunks, int(r.Row-1)/chunkRows)
		}
	}
	slices.Sort(chunks)
	for _, number := range slices.Compact(chunks) {
		chunk, err := s.piece(ctx, a.ID, rowsKey(a.ID, number))
		if err != nil {
			return nil, err
		}
		n := uint32(number * chunkRows)
		err = decodeRows(chunk, func(ordinal uint32, _ uint8) {
			n++
			if _, asked := owners[n]; asked {
				owners[n] = ordinal
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return owners, nil
}

// report is a report under way.
type report struct {
	service  *Service
	by       ledger.Caller
	audience *Audience
	list     []Report
	owners   map[uint32]uint32
	outcomes []Outcome
	now      time.Time
}

// reportPart is what one commit of a report did.
type reportPart struct {
	items    int
	seq      uint64
	replayed bool
}

// commit stores the next events from one on. Each commit has a receipt of its own, so that a repeated
// report goes on where the first stopped.
func (r *report) commit(ctx context.Context, from int) (reportPart, error) {
	key := r.by.Receipt
	if key != nil && from > 0 {
		key = &ledger.ReceiptKey{Key: fmt.Sprintf("%s\x00from %d", key.Key, from), Body: key.Body}
	}
	part := reportPart{}
	seq, err := r.service.store.Update(ctx, r.by.Author, func(tx ledger.Tx) error {
		outcome, err := ledger.Once(tx, key, r.now, func() (ledger.Outcome, error) {
			var err error
			if part.items, err = r.store(tx, from); err != nil || key == nil {
				return ledger.Outcome{}, err
			}
			detail, err := json.Marshal(r.outcomes[from : from+part.items])
			return ledger.Outcome{Status: "reported", Detail: detail}, err
		})
		if part.replayed = outcome.Replayed; err != nil || !outcome.Replayed {
			return err
		}
		part.seq = outcome.Seq
		part.items, err = r.recall(outcome, from)
		return err
	})
	if !part.replayed {
		part.seq = seq
	}
	return part, err
}

// store stores events from one on until the commit has enough, or others wait.
func (r *report) store(tx ledger.Tx, from int) (items int, err error) {
	for from+items < len(r.list) && items < reportsPerCommit && (items == 0 || !tx.Crowded()) {
		if r.outcomes[from+items], err = r.storeOne(tx, r.list[from+items]); err != nil {
			return 0, err
		}
		items++
	}
	return items, nil
}

func (r *report) storeOne(tx ledger.Tx, one Report) (Outcome, error) {
	owner := r.owners[one.Row]
	noRow, ahead := one.Row != 0 && owner == 0, one.At.After(r.now.Add(maxSkew))
	switch {
	case noRow && ahead:
		return NoSuchRowInTheFuture, nil
	case noRow:
		return NoSuchRow, nil
	case ahead:
		return InTheFuture, nil
	case one.Kind == 0:
		return Skipped, nil
	}
	at := one.At.UTC().Truncate(time.Millisecond)
	event := &Event{
		Owner: owner, ID: eventID(r.audience.ID, one.Row, one.Kind, at), Campaign: r.audience.Campaign, Kind: one.Kind, At: at,
		Audience: r.audience.ID, Row: one.Row,
	}
	if _, known, err := tx.Holder(EventsKind.IDClaim(event.ID)); err != nil || known {
		return Known, err
	}
	switch err := EventsKind.Create(tx, event); {
	case fault.KindOf(err) == fault.KindNotFound && err != nil:
		return NoContact, nil
	case err != nil:
		return Skipped, err
	}
	return Reported, nil
}

// recall takes the outcomes of a commit out of its receipt and says how many they are.
func (r *report) recall(o ledger.Outcome, from int) (int, error) {
	var kept []Outcome
	if err := json.Unmarshal(o.Detail, &kept); err != nil {
		return 0, err
	}
	if len(kept) == 0 || from+len(kept) > len(r.list) {
		return 0, errors.New("audiences: a receipt of a report does not fit the report")
	}
	return copy(r.outcomes[from:], kept), nil
}
