package api

import (
	"context"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/segments"
)

// broken says what is wrong with the filters of segments, in their order: nothing where one fits.
func (s *server) broken(ctx context.Context, list ...*segments.Segment) ([][]wire.ProblemError, error) {
	found, err := s.definitions.Broken(ctx, list)
	if err != nil {
		return nil, err
	}
	errors := make([][]wire.ProblemError, len(found))
	for i, faults := range found {
		errors[i] = wire.ProblemErrors(faults)
	}
	return errors, nil
}
