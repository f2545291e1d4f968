package ledger

import "github.com/ndoto/kundi/fault"

// What closures do with the records of a kind. Errors are those of the methods of RecordTx
// that do it.

// Merge is all that it takes to carry out a merge of two records, and to undo it.
type Merge[T any] struct {
	ID            ID
	Before, After *T // the survivor
	Absorbed      *T // as it was
}

func mergeFrom[T any](m Merged) *Merge[T] {
	return &Merge[T]{ID: m.ID, Before: m.Before.(*T), After: m.After.(*T), Absorbed: m.Absorbed.(*T)}
}

// Get returns a record of a kind that stands alone, or an error of fault.KindNotFound.
func (k *Kind[T]) Get(tx RecordTx, ordinal uint32) (*T, error) {
	return k.At(tx, Ref{Ordinal: ordinal})
}

// At returns a record, or an error of fault.KindNotFound.
func (k *Kind[T]) At(tx RecordTx, ref Ref) (*T, error) {
	r, err := tx.Record(k, ref)
	if err != nil {
		return nil, err
	}
	return r.(*T), nil
}

// Placed returns the record with an ordinal; see RecordTx.
func (k *Kind[T]) Placed(tx RecordTx, ordinal uint32) (*T, error) {
	r, err := tx.Placed(k, ordinal)
	if err != nil {
		return nil, err
	}
	return r.(*T), nil
}

// ByClaim returns the record that holds a claim of the kind, or an error of
// fault.KindNotFound.
func (k *Kind[T]) ByClaim(tx Tx, c Claim) (*T, error) {
	holder, held, err := tx.Holder(c)
	if err != nil {
		return nil, err
	}
	if !held {
		return nil, fault.NotFound(string(k.Entity))
	}
	return k.At(tx, holder)
}

// ByID returns the record that an id means, or an error of fault.KindNotFound: the one that
// has it, or into which the one with it was merged.
func (k *Kind[T]) ByID(tx Tx, id ID) (*T, error) { return k.ByClaim(tx, k.IDClaim(id)) }

// Children returns the records in a window of those that belong to any of the owners; see
// RecordTx.
func (k *Kind[T]) Children(tx RecordTx, owners []uint32, w Window) ([]*T, error) {
	records, err := tx.Owned(k, owners, w)
	if err != nil {
		return nil, err
	}
	list := make([]*T, len(records))
	for i, r := range records {
		list[i] = r.(*T)
	}
	return list, nil
}

// IDClaim is the claim on the id of a record.
func (k *Kind[T]) IDClaim(id ID) Claim { return k.Shape.idClaim(id) }

func (s *Shape) idClaim(id ID) Claim {
	for _, u := range s.Unique {
		if u.Field == "id" {
			return Claim{u.Claim, id.String()}
		}
	}
	panic("the ids of " + s.Plural + " are not unique")
}

// OwnerOf returns the ordinal of the record with an id that a record of the kind can belong to,
// or an error of fault.KindNotFound. That one may have been absorbed: what belongs to it is the
// survivor's, too, and its own again when the merge is undone.
func (k *Kind[T]) OwnerOf(tx Tx, id ID) (uint32, error) {
	owner := tx.KindOf(k.Owner)
	holder, held, err := tx.Holder(owner.Info().idClaim(id))
	switch {
	case err != nil:
		return 0, err
	case !held:
		return 0, fault.NotFound(string(k.Owner))
	case !owner.Absorbs():
		return holder.Ordinal, nil
	}
	r, err := tx.Record(owner, holder)
	if err != nil {
		return 0, err
	}
	for _, a := range owner.AbsorbedOf(r) {
		if a.ID == id {
			return a.Ordinal, nil
		}
	}
	return holder.Ordinal, nil
}

// Create makes a record; see RecordTx.
func (k *Kind[T]) Create(tx RecordTx, r *T) error { return tx.Create(k, r) }

// Update replaces the state before of a record by after; see RecordTx.
func (k *Kind[T]) Update(tx RecordTx, before, after *T) error { return tx.Update(k, before, after) }

// Delete removes a record; see RecordTx.
func (k *Kind[T]) Delete(tx RecordTx, r *T) error { return tx.Delete(k, r) }

// Absorb carries out a merge; see RecordTx.
func (k *Kind[T]) Absorb(tx RecordTx, m *Merge[T]) error {
	return tx.Absorb(k, Merged{ID: m.ID, Before: m.Before, After: m.After, Absorbed: m.Absorbed})
}

// MergeOf returns how the record with an ordinal was absorbed, or an error of
// fault.KindNotFound.
func (k *Kind[T]) MergeOf(tx RecordTx, absorbed uint32) (*Merge[T], error) {
	m, err := tx.MergeOf(k, absorbed)
	if err != nil {
		return nil, err
	}
	return mergeFrom[T](m), nil
}

// Restore undoes a merge; see RecordTx.
func (k *Kind[T]) Restore(tx RecordTx, before, after, restored *T) error {
	return tx.Restore(k, before, after, restored)
}

// After returns the state after a change, nil for a change of another kind, after a delete,
// and for an entry that was read back from the log.
func (k *Kind[T]) After(c *Change) *T {
	r, _ := c.Record.(*T)
	return r
}
