package contacts

import "context"

// Block blocks a contact or lets it in again; version is as for Patch. Nothing is
// written when it is so already.
func (s *Service) Block(ctx context.Context, by Author, id ID, blocked bool, version uint64) (Result, error) {
	now := s.instant()
	return s.once(ctx, by, now, func(tx Tx) (Result, error) {
		before, err := tx.ContactByID(id)
		if err != nil {
			return Result{}, err
		}
		if err := CheckVersion(version, before.Version); err != nil {
			return Result{}, err
		}
		if before.Blocked == blocked {
			return resultOf(tx, StatusUnchanged, before)
		}
		after := before.Clone()
		after.Blocked, after.UpdatedAt = blocked, now
		if err := tx.UpdateContact(before, after); err != nil {
			return Result{}, err
		}
		return resultOf(tx, StatusUpdated, after)
	})
}
