package workspace

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// errLabelsChanging says that a label is being renamed.
var errLabelsChanging = &fault.Error{Kind: fault.KindConflict, Type: "labels-changing",
	Message: "Another label is being renamed. Send the request again when that is done."}

// noLabel refuses to rename what is no label: a typo would look like success.
func noLabel(schema *fields.Schema) error {
	detail := "must be a label that "
	for _, e := range schema.Defined() {
		detail += "a " + string(e) + ", "
	}
	return invalidLabel([]fault.Fault{{Path: "from", Detail: strings.TrimSuffix(detail, ", ") + " or the filter of a segment has"}})
}

func invalidLabel(faults []fault.Fault) error {
	return fault.Invalid("invalid-label", "The label cannot be renamed.", faults)
}

// LabelUse prepares what names labels, such as a filter, for a renaming, and calls commit
// with what is to be done in its closure.
type LabelUse func(ctx context.Context, by ledger.Author, r fields.Renaming, commit func(inside func(ledger.Tx) error) error) error

// WithLabelUse lets the owner of something that names labels, such as a segment, name them
// anew in the commit that renames one.
func WithLabelUse(rename LabelUse) Option { return func(s *Service) { s.labelUse = rename } }

func nobodyNamesLabels(_ context.Context, _ ledger.Author, _ fields.Renaming, commit func(func(ledger.Tx) error) error) error {
	return commit(func(ledger.Tx) error { return nil })
}

// RenameLabel gives a label another name, in the records of every kind that has labels: one that others have
// already makes both one. Filters and counts know the new name from the commit on. Until
// all records have it (see SweepRenamings), who writes or asks for the former name means
// the new one. Then the former name is free again.
func (s *Service) RenameLabel(ctx context.Context, by ledger.Caller, names Rename) (ledger.Done, error) {
	r, faults := readLabels(names)
	if len(faults) > 0 {
		return ledger.Done{}, invalidLabel(faults)
	}
	now := s.instant()
	var done ledger.Done
	err := s.labelUse(ctx, by.Author, r, func(inside func(ledger.Tx) error) (err error) {
		done, err = ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error {
			if r.From == r.To {
				return nil
			}
			if err := beginLabels(tx, by.Author, r, now); err != nil {
				return err
			}
			if names.Unused {
				return noLabel(tx.Schema())
			}
			return inside(tx)
		})
		return err
	})
	if err == nil {
		s.wakeSweeps()
	}
	return done, err
}

// beginLabels notes that the records of all entities are to get the new name of a label.
func beginLabels(tx ledger.Tx, by ledger.Author, r fields.Renaming, now time.Time) error {
	for _, e := range tx.Schema().Defined() {
		key := fields.DefinitionDocument(e, ledger.LabelsKey)
		raw, err := tx.Document(ledger.Renamings, key)
		if err != nil {
			return err
		}
		if raw != nil {
			return errLabelsChanging
		}
		r.Entity = e
		err = putRenaming(tx, key, renaming{Renaming: r, Next: 1, Total: tx.Last(tx.KindOf(e)), Source: by.Source, Actor: by.Name, At: now})
		if err != nil {
			return err
		}
	}
	return ledger.RememberLabel(tx, r)
}

// endRenaming notes that all records of an entity have the new name. A label is renamed until
// the records of the last entity have it: one name never means two labels.
func endRenaming(tx ledger.Tx, key string, r renaming) error {
	if r.Number != 0 {
		return tx.DeleteDocument(ledger.Renamings, key)
	}
	keys := []string{key}
	for _, e := range tx.Schema().Defined() {
		if e == r.Entity {
			continue
		}
		other := fields.DefinitionDocument(e, ledger.LabelsKey)
		of, err := renamingUnder(tx, other)
		switch {
		case err != nil:
			return err
		case of != nil && !of.Ended:
			r.Ended, r.Next, r.Seen = true, max(r.Next, r.Total+1), max(r.Seen, r.Total)
			return putRenaming(tx, key, r)
		case of != nil:
			keys = append(keys, other)
		}
	}
	for _, key := range keys {
		if err := tx.DeleteDocument(ledger.Renamings, key); err != nil {
			return err
		}
	}
	return nil
}

// readLabels reads the names of a label.
func readLabels(names Rename) (r fields.Renaming, faults []fault.Fault) {
	read := func(path string, raw any) string {
		text, wrong := fields.CoerceText(raw)
		switch {
		case wrong == "" && words.Canonical(text) == "":
			wrong = "must be given"
		case wrong == "" && utf8.RuneCountInString(text) > fields.MaxLabelLength:
			wrong = fmt.Sprintf("must have at most %d characters", fields.MaxLabelLength)
		}
		if wrong != "" {
			faults = append(faults, fault.Fault{Path: path, Detail: wrong})
		}
		return text
	}
	r.From, r.To = read("from", names.From), read("to", names.To)
	return r, faults
}

// RenamingOfLabels returns how far a label is renamed, nil when none is being renamed.
func (s *Service) RenamingOfLabels(ctx context.Context) (*Progress, error) {
	var keys []string
	for _, e := range s.store.Schema().Defined() {
		keys = append(keys, fields.DefinitionDocument(e, ledger.LabelsKey))
	}
	return s.progress(ctx, keys...)
}
