package workspace

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Rename gives an option of a list another name.
type Rename struct {
	From, To any // texts, as they were sent
	// Unused says that nothing has the label that is to be renamed, which is refused.
	Unused bool
}

// renaming is an option or label that was renamed, and how far its records have been brought
// up to date. There is one for an attribute at a time, under the key of its definition, and
// one for the labels of an entity, under the key that an attribute "labels" would have.
type renaming struct {
	fields.Renaming
	Next   uint32        `json:"next"`            // the ordinal that the sweep goes on with
	Owner  uint32        `json:"owner,omitempty"` // of records that belong to others: the owner of that one
	Seen   uint32        `json:"seen,omitempty"`  // likewise: how many were looked at
	Ended  bool          `json:"ended,omitempty"` // all records of the entity have a label's new name
	Total  uint32        `json:"total,omitempty"` // the highest ordinal when it began
	Source ledger.Source `json:"source"`
	Actor  string        `json:"actor"`
	At     time.Time     `json:"at"`
}

// Progress is how far a sweep has come: over records that still have the former name of
// something, or over claims.
type Progress struct {
	From, To    string
	Done, Total uint32 // records that were looked at, and how many there are to look at
}

// done is how many records were looked at. The places of those that stand alone are numbers of
// records, too.
func (r *renaming) done() uint32 {
	if r.Seen > 0 || r.Owner > 0 {
		return r.Seen
	}
	return r.Next - 1
}

// RenamingOf returns how far an option of an attribute is renamed, nil when none is being
// renamed.
func (s *Service) RenamingOf(ctx context.Context, a *fields.AttributeDefinition) (*Progress, error) {
	return s.progress(ctx, a.Document())
}

func (s *Service) progress(ctx context.Context, documents ...string) (*Progress, error) {
	var p *Progress
	for _, key := range documents {
		raw, err := s.store.Document(ctx, ledger.Renamings, key)
		if err != nil || raw == nil {
			if err != nil {
				return nil, err
			}
			continue
		}
		var r renaming
		if err := json.Unmarshal(raw, &r); err != nil {
			return nil, err
		}
		if p == nil {
			p = &Progress{From: r.From, To: r.To}
		}
		p.Total += r.Total
		p.Done += min(r.done(), r.Total)
	}
	return p, nil
}

// errRenaming says that an option of the attribute is being renamed.
var errRenaming = &fault.Error{Kind: fault.KindConflict, Type: "attribute-changing",
	Message: "An option of the attribute is being renamed. Send the request again when that is done."}

// notBeingRenamed is errRenaming while records still get the new name of an option.
func notBeingRenamed(tx ledger.Tx, a *fields.AttributeDefinition) error {
	raw, err := tx.Document(ledger.Renamings, a.Document())
	if err == nil && raw != nil {
		err = errRenaming
	}
	return err
}

// RenameOption gives an option of a list another name. The definition has it at once, and
// the former name means the option from then on, in filters and in what is written. Records
// get the new name by SweepRenamings. version and e are as for UpdateAttribute.
func (s *Service) RenameOption(ctx context.Context, by ledger.Caller, e fields.Entity, key string, r Rename, version uint64) (Defined, error) {
	return s.changeAttribute(ctx, by, e, key, func(e fields.Entity) (Defined, error) {
		return s.renameOption(ctx, by, e, key, r, version)
	})
}

func (s *Service) renameOption(ctx context.Context, by ledger.Caller, e fields.Entity, key string, r Rename, version uint64) (Defined, error) {
	before, err := s.GetAttribute(e, key)
	if err != nil {
		return Defined{}, err
	}
	now := s.instant()
	renamed, was, faults := before.OptionRenamed(r.From, r.To)
	if len(faults) > 0 {
		return Defined{}, invalidAttribute(s.store.Schema().OptionElsewhere(before, r.From, faults))
	}
	p := prepared(renamed, nil, now)
	done, err := s.defineOnce(ctx, by, e, key, now, func(tx ledger.Tx) (*fields.AttributeDefinition, error) {
		after := tx.Schema().Of(e).Attribute(key)
		if after == nil {
			return nil, tx.Schema().NoAttribute(e, key)
		}
		if err := ledger.CheckVersion(version, after.Version); err != nil {
			return nil, err
		}
		if after != before {
			return nil, errOvertaken
		}
		if err := notBeingRenamed(tx, before); err != nil {
			return nil, err
		}
		if slices.Equal(renamed.Options, before.Options) || p.err != nil {
			return before, p.err
		}
		if err := tx.Schema().CheckSize(before, renamed); err != nil {
			return nil, err
		}
		after, err := p.put(tx, before.Number)
		if err != nil {
			return nil, err
		}
		return after, putRenaming(tx, after.Document(), renaming{
			Renaming: fields.Renaming{Number: after.Number, Entity: e, From: was, To: after.Options[slices.Index(before.Options, was)]},
			Next:     1, Total: tx.Last(tx.KindOf(e)), Source: by.Source, Actor: by.Name, At: now,
		})
	})
	if err == nil {
		s.wakeSweeps()
	}
	return done, err
}

// wakeSweeps says that there are records to bring up to date.
func (s *Service) wakeSweeps() {
	select {
	case s.changed <- struct{}{}:
	default: // somebody is told already
	}
}

// renamingUnder returns the renaming that is under way under a key, nil for none.
func renamingUnder(tx ledger.Tx, key string) (*renaming, error) {
	raw, err := tx.Document(ledger.Renamings, key)
	if err != nil || raw == nil {
		return nil, err
	}
	r := new(renaming)
	return r, json.Unmarshal(raw, r)
}

func putRenaming(tx ledger.Tx, key string, r renaming) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return tx.PutDocument(ledger.Renamings, key, raw)
}

// Renamings has a token when there is something new to sweep since it was last received from: an
// option or a label was renamed, or claims are to be taken or given up.
func (s *Service) Renamings() <-chan struct{} { return s.changed }

// SweepRenamings sweeps the claims of unique attributes, and then gives the records that have a
// renamed option or label its new name, each as a change
// with history by who renamed it. How far it has come is written with the records, so after
// a crash it goes on where it was. It goes in steps that let others through.
func (s *Service) SweepRenamings(ctx context.Context) error {
	if err := s.sweepAllClaims(ctx); err != nil {
		return err
	}
	pending := map[string]renaming{}
	err := ledger.EachDocument(ctx, s.store, ledger.Renamings, "", func(d ledger.Document) error {
		var r renaming
		err := json.Unmarshal(d.Value, &r)
		pending[d.Key] = r
		return err
	})
	for key, r := range pending {
		for more := true; more && err == nil; {
			r, more, err = s.sweepRenaming(ctx, key, r)
		}
	}
	return err
}

// sweepRenaming takes one step; more is false when there is nothing left to do. A renaming
// that is not under way any more does nothing: its attribute was deleted since it was read,
// and another one may have its key.
func (s *Service) sweepRenaming(ctx context.Context, key string, r renaming) (after renaming, more bool, err error) {
	if r.Ended {
		return r, false, nil // the sweep of another entity takes it away
	}
	refs, after, more, err := s.having(ctx, r)
	if err != nil {
		return r, false, err
	}
	now := s.instant()
	_, err = s.store.Update(ctx, ledger.Author{Source: r.Source, Name: r.Actor}, func(tx ledger.Tx) error {
		present, err := renamingUnder(tx, key)
		if err != nil || present == nil || *present != r {
			more = false
			return err
		}
		for _, ref := range refs {
			if err := r.rename(tx, ref, now); err != nil && fault.KindOf(err) != fault.KindNotFound {
				return err
			}
		}
		if !more {
			return endRenaming(tx, key, r)
		}
		return putRenaming(tx, key, after)
	})
	return after, more, err
}

// having returns up to s.step records from the place of a renaming on that have the former name,
// and the renaming with where to go on; more is false at the end.
func (s *Service) having(ctx context.Context, r renaming) (refs []ledger.Ref, after renaming, more bool, err error) {
	owned := s.store.KindOf(r.Entity).Info().Owner != ""
	for after = r; ; {
		page, err := s.taggedFrom(ctx, r.Entity, ledger.Ref{Owner: after.Owner, Ordinal: after.Next})
		if err != nil || len(page) == 0 {
			return refs, r, false, err
		}
		for _, one := range page {
			if _, had := r.Present(one.Value(r.Number)); had {
				refs = append(refs, one.Ref)
			}
			if after.Owner, after.Next = one.Owner, one.Ordinal+1; owned {
				after.Seen++
			}
			if len(refs) == s.step {
				return refs, after, true, nil
			}
		}
	}
}

// taggedFrom reads a page of the records of an entity, in the order in which they lie in the store.
func (s *Service) taggedFrom(ctx context.Context, e fields.Entity, from ledger.Ref) (list []ledger.Tagged, err error) {
	k := s.store.KindOf(e)
	err = s.store.Scan(ctx, k.Info(), from, optionScanPage, func(ref ledger.Ref, record []byte) error {
		r, err := k.DecodeRecord(ref, record)
		if err == nil {
			list = append(list, k.TaggedOf(r))
		}
		return err
	})
	return list, err
}

// rename gives one record the new name, if it still has the former one.
func (r renaming) rename(tx ledger.Tx, ref ledger.Ref, now time.Time) error {
	k := tx.KindOf(r.Entity)
	before, err := tx.Record(k, ref)
	if err != nil {
		return err
	}
	if after := k.CloneOf(before); r.renameIn(k.TaggedOf(after), now) {
		return tx.Update(k, before, after)
	}
	return nil
}

// renameIn gives a record that is nobody else's the new name, and reports whether it had
// the former one.
func (r renaming) renameIn(t ledger.Tagged, now time.Time) bool {
	v, had := r.Present(t.Value(r.Number))
	if had {
		t.Set(r.Number, v)
		*t.UpdatedAt = now
	}
	return had
}

// verifyRenamings reads how far the sweeps have come.
func verifyRenamings(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	return ledger.EachDocument(ctx, store, ledger.Renamings, "", func(d ledger.Document) error {
		var r renaming
		e, key := fields.DefinitionOf(d.Key)
		if ledger.DecodeDocument(d.Value, &r) != nil || (r.Number == 0) != (key == ledger.LabelsKey) || r.Next == 0 || r.From == "" || r.To == "" || r.Entity != e || r.At.IsZero() {
			found.Add("renamings of options and labels that cannot be read")
		}
		return nil
	})
}
