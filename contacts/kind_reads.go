package contacts

import "context"

// Records reads records as the bytes that a kind decodes, of the newest durable state.
type Records interface {
	// Read calls visit for each of the records that there is, with its place in refs. The
	// bytes are the visitor's.
	Read(ctx context.Context, s *Shape, refs []Ref, visit func(i int, record []byte) error) error
	// Scan calls visit for up to limit records from one on, in the order of owner and
	// ordinal.
	Scan(ctx context.Context, s *Shape, from Ref, limit int, visit func(Ref, []byte) error) error
	// Owned calls visit for up to limit records of those that belong to any of the owners
	// (see Ordinals), with an ordinal above after, in order of ordinal.
	Owned(ctx context.Context, s *Shape, owners []uint32, after uint32, limit int, visit func(Record) error) error
}

// Many returns records in the order of refs, nil for those that do not exist. They are
// the caller's own.
func (k *Kind[T]) Many(ctx context.Context, r Records, refs []Ref) ([]*T, error) {
	list := make([]*T, len(refs))
	err := r.Read(ctx, &k.Shape, refs, func(i int, record []byte) (err error) {
		list[i], err = k.Decode(refs[i], record)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Scan returns up to limit records from one on, in the order of owner and ordinal.
func (k *Kind[T]) Scan(ctx context.Context, r Records, from Ref, limit int) ([]*T, error) {
	list := make([]*T, 0, min(limit, mostExpected))
	err := r.Scan(ctx, &k.Shape, from, limit, func(ref Ref, record []byte) error {
		decoded, err := k.Decode(ref, record)
		list = append(list, decoded)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// OwnedBy returns up to limit of the records that belong to any of the owners (see
// Ordinals), with an ordinal above after, in order of ordinal.
func (k *Kind[T]) OwnedBy(ctx context.Context, r Records, owners []uint32, after uint32, limit int) ([]*T, error) {
	list := make([]*T, 0, min(limit, mostExpected))
	err := r.Owned(ctx, &k.Shape, owners, after, limit, func(owned Record) error {
		list = append(list, owned.(*T))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// mostExpected is for how many records of a scan room is made before they are there.
const mostExpected = 1000
