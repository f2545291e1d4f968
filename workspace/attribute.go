package workspace

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MaxAttributes is how many custom attributes an entity may have.
const MaxAttributes = 500

// Attributes returns the definitions of an entity that are not archived, by their Order, and
// equal ones in the order they were made.
func (s *Service) Attributes(e fields.Entity) []*fields.AttributeDefinition {
	return inOrder(s.store.Schema().Of(e).Shown())
}

// ArchivedAttributes returns those that are archived, likewise.
func (s *Service) ArchivedAttributes(e fields.Entity) []*fields.AttributeDefinition {
	return slices.DeleteFunc(inOrder(s.store.Schema().Of(e).Attributes()), func(a *fields.AttributeDefinition) bool { return !a.Archived })
}

func inOrder(definitions []*fields.AttributeDefinition) []*fields.AttributeDefinition {
	list := slices.Clone(definitions)
	slices.SortStableFunc(list, func(a, b *fields.AttributeDefinition) int { return cmp.Compare(a.Order, b.Order) })
	return list
}

// GetAttribute returns a definition, or an error of fault.KindNotFound.
func (s *Service) GetAttribute(e fields.Entity, key string) (*fields.AttributeDefinition, error) {
	schema := s.store.Schema()
	if a := schema.Of(e).Attribute(key); a != nil {
		return a, nil
	}
	return nil, schema.NoAttribute(e, key)
}

// Defined is what became of a definition.
type Defined struct {
	// Attribute is shared and must not be changed. In a repeated answer it is
	// as it is now, nil when it was deleted since.
	Attribute *fields.AttributeDefinition
	Seq       uint64 // number of the change
	// Replayed says that this repeats the answer to an earlier request with the
	// same idempotency key.
	Replayed bool
}

// DefineAttribute makes a custom attribute out of {entity ("contact" when missing), key, label, type,
// options, multiple, currency, three_state, schemes, min, max, description, group,
// order, default, required, unique, pattern, cue, archived}.
// A key that exists is a fault.KindConflict.
func (s *Service) DefineAttribute(ctx context.Context, by ledger.Caller, d fields.Draft) (Defined, error) {
	p := prepareDefinition(d, s.store.Schema(), s.instant())
	return s.defineOnce(ctx, by, p.after.Of(), p.after.Key, p.after.UpdatedAt, func(tx ledger.Tx) (*fields.AttributeDefinition, error) {
		return define(tx, p)
	})
}

func define(tx ledger.Tx, p *preparedDefinition) (*fields.AttributeDefinition, error) {
	if p.err != nil {
		return nil, p.err
	}
	if err := checkRoom(tx.Schema().Of(p.after.Of()), p.after.Key); err != nil {
		return nil, err
	}
	if err := tx.Schema().CheckSize(nil, p.after); err != nil {
		return nil, err
	}
	number, err := tx.NextNumber(ledger.AttributeCounter)
	if err != nil {
		return nil, err
	}
	return p.put(tx, number)
}

func invalidAttribute(faults []fault.Fault) error {
	return fault.Invalid("invalid-attribute", "The attribute is not valid.", faults)
}

// checkRoom refuses a key that is taken and one attribute too many.
func checkRoom(set *fields.Set, key string) error {
	if set.Attribute(key) != nil {
		return &fault.Error{Kind: fault.KindConflict, Type: "attribute-taken", Message: "There is already an attribute with this key.", Field: "key"}
	}
	if len(set.Attributes()) >= MaxAttributes {
		return &fault.Error{Kind: fault.KindConflict, Type: "too-many-attributes",
			Message: fmt.Sprintf("There can be at most %d attributes.", MaxAttributes)}
	}
	return nil
}

// UpdateAttribute applies a merge patch to a definition: its label,
// description, group, order, options (added and reordered, never respelled, and none
// removed that a record has, or that somebody names who WithOptionUse knows: fault.KindConflict), schemes, min, max, default, required,
// pattern, cue and archived. Stored values stay as they are. What decides the
// form of stored values (entity, key, type, multiple, currency, three_state) cannot
// change. A version other than 0 must be that of the definition. When others change it all the time it is a
// fault.KindConflict. An empty e means contacts, and is a fault.KindInvalid when several
// entities have an attribute of the key.
func (s *Service) UpdateAttribute(ctx context.Context, by ledger.Caller, e fields.Entity, key string, d fields.Draft, version uint64) (Defined, error) {
	return s.changeAttribute(ctx, by, e, key, func(e fields.Entity) (Defined, error) {
		return s.updateAttribute(ctx, by, e, key, d, version)
	})
}

// changeAttribute changes a definition, again when others were faster, and not when the
// request was carried out before.
func (s *Service) changeAttribute(ctx context.Context, by ledger.Caller, e fields.Entity, key string, change func(fields.Entity) (Defined, error)) (Defined, error) {
	for range patchTries {
		done, repeated, err := s.definedOnce(ctx, by, named(e), key)
		if err != nil || repeated {
			return done, err
		}
		if err := s.checkNamed(e, key); err != nil {
			return Defined{}, err
		}
		defined, err := change(named(e))
		if !errors.Is(err, errOvertaken) {
			return defined, err
		}
	}
	return Defined{}, errOvertaken
}

// patchTries is how often a patch is prepared anew because another change of
// the same definition came before it.
const patchTries = 5

var errOvertaken = &fault.Error{Kind: fault.KindConflict, Type: "attribute-changing",
	Message: "The attribute is being changed by several requests at once. Send the request again."}

// updateAttribute tries once; the error is errOvertaken when the definition
// that the patch was prepared for is not the present one any more.
func (s *Service) updateAttribute(ctx context.Context, by ledger.Caller, e fields.Entity, key string, d fields.Draft, version uint64) (Defined, error) {
	before, err := s.GetAttribute(e, key)
	if err != nil {
		return Defined{}, err
	}
	now := s.instant()
	p := preparePatch(before, d, s.store.Schema(), now)
	if p.err == nil && p.after.Unique && !before.Unique {
		if err := aloneUnique(before, p.after); err != nil {
			return Defined{}, err
		}
		return s.makeUnique(ctx, by, before, version)
	}
	if p.err == nil {
		if err := s.checkOptionsUnused(ctx, before, p.after); err != nil {
			return Defined{}, err
		}
	}
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
		if p.err != nil {
			return nil, p.err
		}
		if _, sent := d["unique"]; sent && !p.after.Unique {
			if err := ceaseUnique(tx, by.Author, before, now); err != nil {
				return nil, err
			}
		}
		if p.after.Same(before) {
			return before, nil
		}
		if err := tx.Schema().CheckSize(before, p.after); err != nil {
			return nil, err
		}
		if !p.after.SharesOptions(before) {
			if err := notBeingRenamed(tx, before); err != nil {
				return nil, err
			}
			if err := s.checkOptionsUnnamed(tx, before, p.after); err != nil {
				return nil, err
			}
		}
		return p.put(tx, before.Number)
	})
	if err == nil {
		s.wakeSweeps()
	}
	return done, err
}

// DeleteAttribute removes a definition, and with it its values from sight:
// its number is never given again. What refers to the attribute may refuse
// (see WithAttributeUse). version and e are as for UpdateAttribute.
func (s *Service) DeleteAttribute(ctx context.Context, by ledger.Caller, e fields.Entity, key string, version uint64) (ledger.Done, error) {
	now := s.instant()
	if done, repeated, err := ledger.Repeated(ctx, s.store, by, now); err != nil || repeated {
		return done, err
	}
	if err := s.checkNamed(e, key); err != nil {
		return ledger.Done{}, err
	}
	e = named(e)
	done, err := ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error {
		a := tx.Schema().Of(e).Attribute(key)
		if a == nil {
			return tx.Schema().NoAttribute(e, key)
		}
		if err := ledger.CheckVersion(version, a.Version); err != nil {
			return err
		}
		if err := s.unused(tx, a); err != nil {
			return err
		}
		if err := tx.DeleteDocument(ledger.Renamings, a.Document()); err != nil {
			return err
		}
		if err := ceaseUnique(tx, by.Author, a, now); err != nil {
			return err
		}
		return tx.DeleteDocument(ledger.AttributeDefinitions, a.Document())
	})
	s.wakeSweeps()
	return done, err
}
