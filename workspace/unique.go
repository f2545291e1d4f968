package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"hash/maphash"
	"slices"
	"strconv"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// claiming is how far the sweep of an attribute has come that is to be unique, or is not
// any more. It is kept under the number of the attribute.
type claiming struct {
	fields.Claiming
	Next   uint32        `json:"next"`            // the ordinal that the sweep goes on with
	Total  uint32        `json:"total,omitempty"` // the highest ordinal when it began
	Source ledger.Source `json:"source"`
	Actor  string        `json:"actor"`
	At     time.Time     `json:"at"`
}

func claimingKey(number uint32) string { return strconv.FormatUint(uint64(number), 10) }

// claimingOf returns the sweep of an attribute, nil when there is none.
func claimingOf(tx ledger.Tx, number uint32) (*claiming, error) {
	raw, err := tx.Document(ledger.Claimings, claimingKey(number))
	if err != nil || raw == nil {
		return nil, err
	}
	c := new(claiming)
	return c, json.Unmarshal(raw, c)
}

func putClaiming(tx ledger.Tx, c claiming) error {
	raw, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return tx.PutDocument(ledger.Claimings, claimingKey(c.Number), raw)
}

// beginClaiming notes that claims are to be taken or given up.
func beginClaiming(tx ledger.Tx, by ledger.Author, a *fields.AttributeDefinition, taking bool, now time.Time) error {
	return putClaiming(tx, claiming{
		Claiming: fields.Claiming{Number: a.Number, Entity: a.Of(), Taking: taking},
		Next:     1, Total: tx.Last(tx.KindOf(a.Of())), Source: by.Source, Actor: by.Name, At: now,
	})
}

// ClaimingOf returns how far an attribute is from being unique, nil when it is not being
// made so.
func (s *Service) ClaimingOf(ctx context.Context, a *fields.AttributeDefinition) (*Progress, error) {
	raw, err := s.store.Document(ctx, ledger.Claimings, claimingKey(a.Number))
	if err != nil || raw == nil {
		return nil, err
	}
	var c claiming
	if err := json.Unmarshal(raw, &c); err != nil || !c.Taking {
		return nil, err
	}
	return &Progress{Done: min(c.Next-1, c.Total), Total: c.Total}, nil
}

// errClaiming says that claims on the values of an attribute are being given up.
var errClaiming = &fault.Error{Kind: fault.KindConflict, Type: "attribute-changing",
	Message: "The attribute has just ceased to be unique. Send the request again in a moment."}

// makeUnique makes the values of an attribute unique. It returns when they are: all records
// have claims on their values then, and the definition says so. Until then a value that a
// new claim is on is refused to others. Two records that have one value are a
// fault.KindConflict that names both, and then nothing has changed. After some time it
// returns the definition as it is. Then, and when ctx ends, the sweep goes on in the
// background.
func (s *Service) makeUnique(ctx context.Context, by ledger.Caller, before *fields.AttributeDefinition, version uint64) (Defined, error) {
	e, key, number := before.Of(), before.Key, before.Number
	if err := ledger.CheckVersion(version, before.Version); err != nil {
		return Defined{}, err
	}
	if err := s.noTwins(ctx, before); err != nil {
		return Defined{}, err
	}
	now := s.instant()
	_, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) error {
		a := tx.Schema().Of(e).Attribute(key)
		switch {
		case a == nil:
			return tx.Schema().NoAttribute(e, key)
		case a != before:
			return errOvertaken
		}
		if err := ledger.CheckVersion(version, a.Version); err != nil {
			return err
		}
		c, err := claimingOf(tx, number)
		switch {
		case err != nil:
			return err
		case c == nil:
			return beginClaiming(tx, by.Author, a, true, now)
		case !c.Taking:
			return errClaiming
		}
		return nil // somebody else has begun, and the sweep goes on for both
	})
	if err != nil {
		return Defined{}, err
	}
	late, err := s.awaitClaims(ctx, number)
	if err != nil {
		return Defined{}, err
	}
	return s.defineOnce(ctx, by, e, key, now, func(tx ledger.Tx) (*fields.AttributeDefinition, error) {
		after := tx.Schema().Of(e).AttributeByNumber(number)
		switch {
		case after == nil:
			return nil, tx.Schema().NoAttribute(e, key)
		case !after.Unique && !late:
			return nil, errOvertaken
		}
		return after, nil
	})
}

// aloneUnique refuses a change that makes an attribute unique and changes something else: the
// one may fail, after a while, and the other would be done by then.
func aloneUnique(before, after *fields.AttributeDefinition) error {
	alone := *after
	alone.Unique = false
	if alone.Same(before) {
		return nil
	}
	return invalidAttribute([]fault.Fault{{Path: "unique", Detail: "must be set in a request that changes nothing else"}})
}

// ceaseUnique has the claims on the values of an attribute given up, if there are any.
func ceaseUnique(tx ledger.Tx, by ledger.Author, a *fields.AttributeDefinition, now time.Time) error {
	c, err := claimingOf(tx, a.Number)
	if err != nil || !a.Unique && (c == nil || !c.Taking) {
		return err
	}
	return beginClaiming(tx, by, a, false, now)
}

// awaitClaims ends the sweep of an attribute, or reports that it takes longer than anybody
// should wait. Then it goes on in the background, as it does when ctx ends.
func (s *Service) awaitClaims(ctx context.Context, number uint32) (late bool, err error) {
	waiting, stop := context.WithTimeout(ctx, s.patience)
	defer stop()
	err = s.sweepClaims(waiting, number)
	if err == nil || waiting.Err() == nil {
		return false, err
	}
	s.wakeSweeps()
	return ctx.Err() == nil, ctx.Err()
}

// noTwins refuses an attribute of which two records have one value, before anything is
// written. What is written meanwhile is for the sweep to find, and so are two values with
// one hash.
func (s *Service) noTwins(ctx context.Context, a *fields.AttributeDefinition) error {
	seed, holders := maphash.MakeSeed(), map[uint64]uint32{}
	for from := uint32(1); ; {
		page, err := s.taggedFrom(ctx, a.Of(), ledger.Ref{Ordinal: from})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, one := range page {
			form := fields.ClaimedForm(a.Number, one.Value(a.Number))
			if form == "" {
				continue
			}
			hash := maphash.String(seed, form)
			if twin, there := holders[hash]; there {
				had, err := s.taggedFrom(ctx, a.Of(), ledger.Ref{Ordinal: twin})
				if err != nil {
					return err
				}
				if len(had) > 0 && had[0].Ordinal == twin && fields.ClaimedForm(a.Number, had[0].Value(a.Number)) == form {
					return s.twins(ctx, a, twin, one.Ordinal)
				}
			}
			holders[hash] = one.Ordinal
		}
		from = page[len(page)-1].Ordinal + 1
	}
}

// twins is the conflict of two records that have one value.
func (s *Service) twins(ctx context.Context, a *fields.AttributeDefinition, ordinals ...uint32) error {
	e := &fault.Error{
		Kind: fault.KindConflict, Type: "attribute-has-twins", Field: fields.AttributePrefix + a.Key,
		Message: "Two records have the same value, so the attribute cannot be unique. Change one of them, and send the request again.",
	}
	refs := make([]ledger.Ref, len(ordinals))
	for i, ordinal := range ordinals {
		refs[i].Ordinal = ordinal
	}
	k, ids := s.store.KindOf(a.Of()), make([]ledger.ID, 0, len(refs))
	err := s.store.Read(ctx, k.Info(), refs, func(i int, record []byte) error {
		r, err := k.DecodeRecord(refs[i], record)
		if err == nil {
			ids = append(ids, *k.StampOf(r).ID)
		}
		return err
	})
	return errors.Join(err, e.Naming(string(a.Of()), ids))
}

// sweepAllClaims ends the sweeps that are under way. Twins that are found are nobody's fault
// here: their attribute does not become unique.
func (s *Service) sweepAllClaims(ctx context.Context) error {
	var numbers []uint32
	err := ledger.EachDocument(ctx, s.store, ledger.Claimings, "", func(d ledger.Document) error {
		number, err := strconv.ParseUint(d.Key, 10, 32)
		numbers = append(numbers, uint32(number))
		return err
	})
	for _, number := range numbers {
		if err == nil {
			err = s.sweepClaims(ctx, number)
		}
		if fault.KindOf(err) == fault.KindConflict {
			err = nil
		}
	}
	return err
}

// sweepClaims ends the sweep of an attribute, step by step. Several may do it at once.
func (s *Service) sweepClaims(ctx context.Context, number uint32) error {
	for {
		raw, err := s.store.Document(ctx, ledger.Claimings, claimingKey(number))
		if err != nil || raw == nil {
			return err
		}
		var c claiming
		if err := json.Unmarshal(raw, &c); err != nil {
			return err
		}
		err = s.claimStep(ctx, c)
		taken, twins := errors.AsType[*claimTaken](err)
		switch {
		case !twins && err != nil:
			return err
		case twins:
			return s.giveUp(ctx, c, taken)
		}
	}
}

// claimTaken is a record whose value another has.
type claimTaken struct{ own, other uint32 }

func (*claimTaken) Error() string { return "another record has the value" }

// claimStep takes or gives up the claims of some records. The last step makes the attribute
// unique.
func (s *Service) claimStep(ctx context.Context, c claiming) error {
	page, err := s.taggedFrom(ctx, c.Entity, ledger.Ref{Ordinal: c.Next})
	if err != nil {
		return err
	}
	now := s.instant()
	_, err = s.store.Update(ctx, ledger.Author{Source: c.Source, Name: c.Actor}, func(tx ledger.Tx) error {
		present, err := claimingOf(tx, c.Number)
		if err != nil || present == nil || *present != c {
			return err // somebody else took the step
		}
		if len(page) == 0 {
			return endClaiming(tx, c, now)
		}
		after := c
		for i, one := range page {
			if i > 0 && tx.Crowded() {
				break
			}
			after.Next = one.Ordinal + 1
			if err := reclaim(tx, c, one.Ordinal); err != nil {
				return err
			}
		}
		return putClaiming(tx, after)
	})
	return err
}

func reclaim(tx ledger.Tx, c claiming, ordinal uint32) error {
	err := tx.Reclaim(tx.KindOf(c.Entity), ledger.Ref{Ordinal: ordinal}, c.Number)
	if taken, is := errors.AsType[*ledger.Taken](err); is {
		return &claimTaken{ordinal, taken.Holders[0].Ordinal}
	}
	if err != nil && fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	return err
}

// endClaiming makes the attribute unique whose claims are all taken, and forgets the sweep.
func endClaiming(tx ledger.Tx, c claiming, now time.Time) error {
	a := tx.Schema().Of(c.Entity).AttributeByNumber(c.Number)
	if c.Taking && a != nil {
		unique := *a
		unique.Unique = true
		if _, err := prepared(&unique, nil, now).put(tx, a.Number); err != nil {
			return err
		}
	}
	return tx.DeleteDocument(ledger.Claimings, claimingKey(c.Number))
}

// giveUp gives the claims up that were taken of an attribute of which two records have one
// value, and returns the conflict.
func (s *Service) giveUp(ctx context.Context, c claiming, found *claimTaken) error {
	_, err := s.store.Update(ctx, ledger.Author{Source: c.Source, Name: c.Actor}, func(tx ledger.Tx) error {
		present, err := claimingOf(tx, c.Number)
		if err != nil || present == nil || !present.Taking {
			return err
		}
		present.Taking, present.Next = false, 1
		return putClaiming(tx, *present)
	})
	if err != nil {
		return err
	}
	s.wakeSweeps()
	if a := s.store.Schema().Of(c.Entity).AttributeByNumber(c.Number); a != nil {
		return s.twins(ctx, a, slices.Sorted(slices.Values([]uint32{found.own, found.other}))...)
	}
	return nil
}

// verifyClaimings reads how far the sweeps have come.
func verifyClaimings(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	return ledger.EachDocument(ctx, store, ledger.Claimings, "", func(d ledger.Document) error {
		var c claiming
		if ledger.DecodeDocument(d.Value, &c) != nil || d.Key != claimingKey(c.Number) || c.Number == 0 || c.Next == 0 || c.At.IsZero() {
			found.Add("claims on attributes that cannot be read")
		}
		return nil
	})
}
