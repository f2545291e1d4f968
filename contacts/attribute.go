package contacts

import (
	"context"
	"encoding/json"
	"fmt"
)

// MaxAttributes is how many custom attributes a workspace may have.
const MaxAttributes = 500

// AttributeCounter is the counter behind AttributeDefinition.Number.
const AttributeCounter = "attribute"

// Attributes returns the definitions in the order they were made. The slice
// is shared.
func (s *Service) Attributes() []*AttributeDefinition { return s.store.Schema().Attributes() }

// GetAttribute returns a definition, or an error of KindNotFound.
func (s *Service) GetAttribute(key string) (*AttributeDefinition, error) {
	if a := s.store.Schema().Attribute(key); a != nil {
		return a, nil
	}
	return nil, NotFound("attribute")
}

// Defined is what became of a definition.
type Defined struct {
	// Attribute is shared and must not be changed. In a repeated answer it is
	// as it is now, nil when it was deleted since.
	Attribute *AttributeDefinition
	Seq       uint64 // number of the change
	// Replayed says that this repeats the answer to an earlier request with the
	// same idempotency key.
	Replayed bool
}

// DefineAttribute makes a custom attribute out of {entity, key, label, type,
// options, multiple, currency, three_state, schemes, min, max, description}.
// A key that exists is a KindConflict.
func (s *Service) DefineAttribute(ctx context.Context, by Author, d Draft) (Defined, error) {
	now := s.instant()
	var made *AttributeDefinition
	var outcome Outcome
	_, err := s.store.Update(ctx, by, func(tx Tx) error {
		var err error
		outcome, err = Once(ctx, tx, now, func() (Outcome, error) {
			a, faults := readDefinition(d, tx.Schema().Settings)
			if len(faults) > 0 {
				return Outcome{}, invalidAttribute(faults)
			}
			if err := checkRoom(tx.Schema(), a.Key); err != nil {
				return Outcome{}, err
			}
			if a.Number, err = tx.NextNumber(AttributeCounter); err != nil {
				return Outcome{}, err
			}
			a.CreatedAt, a.UpdatedAt = now, now
			made = a
			return Outcome{Status: string(StatusCreated), IDs: []string{a.Key}}, putDefinition(tx, a)
		})
		if outcome.Replayed && err == nil {
			made = tx.Schema().Attribute(outcome.IDs[0])
		}
		return err
	})
	if err != nil {
		return Defined{}, err
	}
	return Defined{Attribute: made, Seq: outcome.Seq, Replayed: outcome.Replayed}, nil
}

func invalidAttribute(faults []Fault) error {
	return Invalid("invalid-attribute", "The attribute is not valid.", faults)
}

// checkRoom refuses a key that is taken and one attribute too many.
func checkRoom(schema *Schema, key string) error {
	if schema.Attribute(key) != nil {
		return &Error{Kind: KindConflict, Type: "attribute-taken", Message: "There is already an attribute with this key.", Field: "key"}
	}
	if len(schema.Attributes()) >= MaxAttributes {
		return &Error{Kind: KindConflict, Type: "too-many-attributes",
			Message: fmt.Sprintf("There can be at most %d attributes.", MaxAttributes)}
	}
	return nil
}

// putDefinition writes a definition under the version that its change gets.
func putDefinition(tx Tx, a *AttributeDefinition) error {
	a.Version = tx.Seq()
	raw, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return tx.PutDocument(AttributeDefinitions, a.Key, raw)
}

// UpdateAttribute applies a merge patch to a definition: its label,
// description, options (added and reordered, never respelled, and none removed
// that a contact has: KindConflict), schemes, min and max. What decides the
// form of stored values (key, type, multiple, currency, three_state) cannot
// change. version is as for Patch. It returns the definition, which is shared,
// and the number of the change.
func (s *Service) UpdateAttribute(ctx context.Context, by Author, key string, d Draft, version uint64) (*AttributeDefinition, uint64, error) {
	if err := s.checkOptionsUnused(ctx, key, d); err != nil {
		return nil, 0, err
	}
	now := s.instant()
	var after *AttributeDefinition
	seq, err := s.store.Update(ctx, by, func(tx Tx) error {
		before := tx.Schema().Attribute(key)
		if before == nil {
			return NotFound("attribute")
		}
		if err := CheckVersion(version, before.Version); err != nil {
			return err
		}
		a, faults := patchDefinition(before, d)
		if len(faults) > 0 {
			return invalidAttribute(faults)
		}
		after = before
		if a.same(before) {
			return nil
		}
		a.UpdatedAt = now
		after = a
		return putDefinition(tx, a)
	})
	if err != nil {
		return nil, 0, err
	}
	return after, seq, nil
}

// DeleteAttribute removes a definition, and with it its values from sight:
// its number is never given again. What refers to the attribute may refuse
// (see WithAttributeUse). version is as for Patch. It returns the number of
// the change.
func (s *Service) DeleteAttribute(ctx context.Context, by Author, key string, version uint64) (uint64, error) {
	if _, err := s.GetAttribute(key); err != nil {
		return 0, err
	}
	var seq uint64
	err := s.whileUnused(ctx, key, func() (err error) {
		seq, err = s.store.Update(ctx, by, func(tx Tx) error {
			a := tx.Schema().Attribute(key)
			if a == nil {
				return NotFound("attribute")
			}
			if err := CheckVersion(version, a.Version); err != nil {
				return err
			}
			return tx.DeleteDocument(AttributeDefinitions, key)
		})
		return err
	})
	return seq, err
}
