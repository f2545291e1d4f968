package audiences

import (
	"context"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/ledger"
)

// Search says which audiences a list has: those that fit all that is given.
type Search struct {
	Segment  ledger.ID // that they were made of, uuid.Nil for any
	Campaign string    // compares exactly; "" for any
}

func (s Search) has(a *Audience) bool {
	return (s.Segment == uuid.Nil || a.Segment == s.Segment) && (s.Campaign == "" || a.Campaign == s.Campaign)
}

// readAtATime is how many audiences are read from the store at once.
const readAtATime = 200

// List returns up to limit audiences of those that are asked for whose id is greater than after (uuid.Nil for the first
// page), oldest first. more says whether others follow.
func (s *Service) List(ctx context.Context, asked Search, after ledger.ID, limit int) (list []*Audience, more bool, err error) {
	key := ""
	if after != uuid.Nil {
		key = after.String()
	}
	for {
		documents, err := s.store.Documents(ctx, AudienceDocuments, "", key, readAtATime)
		if err != nil || len(documents) == 0 {
			return list, false, err
		}
		for _, d := range documents {
			a, err := decodeDocument(d)
			switch {
			case err != nil:
				return nil, false, err
			case !asked.has(a):
				continue
			case len(list) == limit:
				return list, true, nil
			}
			list = append(list, a)
		}
		key = documents[len(documents)-1].Key
	}
}
