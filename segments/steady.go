package segments

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fields"
)

// How long steady waits for the columns, and how often it asks.
const (
	columnsWait = time.Millisecond
	steadyTries = 200
)

// steady calls ask, which decodes filters by a schema and asks the columns, until both knew the same schema
// from before the decoding to after the answer. Otherwise an option that gets another name in between would
// be of nobody.
func (s *Service) steady(ctx context.Context, ask func(schema *fields.Schema) error) error {
	for try := 1; ; try++ {
		schema := s.store.Schema()
		if !s.index.Follows(schema) && try < steadyTries {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(columnsWait):
			}
			continue
		}
		if err := ask(schema); s.store.Schema() == schema || try >= steadyTries {
			return err
		}
	}
}
