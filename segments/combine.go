package segments

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Operation joins the members of segments.
type Operation string

// The operations.
const (
	Union        Operation = "union"        // who is in any of the segments
	Intersection Operation = "intersection" // who is in all of them
	Difference   Operation = "difference"   // who is in the first and in none of the others
)

// MaxCombined is how many segments can be combined at once.
const MaxCombined = 20

// Combined is what a combination of segments is.
type Combined struct {
	// Filter is passed by the members of the combination. A segment that has it stays what the
	// combination is.
	Filter json.RawMessage
	Count  uint64 // of its members now
	Seq    uint64 // newest change that the count reflects
}

// Combine counts the members of a combination of segments. One error of KindInvalid names all
// segments that are not there or are named twice. A segment whose filter no longer fits the schema
// is an error of KindConflict.
func (s *Service) Combine(ctx context.Context, o Operation, ids []string) (Combined, error) {
	if err := s.checkCombined(ctx, ids); err != nil {
		return Combined{}, err
	}
	raw, err := json.Marshal(combination(o, ids))
	if err != nil {
		return Combined{}, err
	}
	combined := Combined{Filter: raw}
	err = s.index.Steady(ctx, func(schema *fields.Schema) error {
		f, err := s.decode(ctx, schema, uuid.Nil, raw, "filter")
		if err != nil {
			return broken(err)
		}
		combined.Count, combined.Seq, err = s.index.Count(ctx, f, s.env(schema))
		return err
	})
	return combined, err
}

func (s *Service) checkCombined(ctx context.Context, ids []string) error {
	var faults []fault.Fault
	if len(ids) < 2 || len(ids) > MaxCombined {
		faults = append(faults, fault.Fault{Path: "segment_ids", Detail: fmt.Sprintf("must have 2 to %d ids", MaxCombined)})
	}
	for i, text := range ids[:min(len(ids), MaxCombined)] {
		detail := ""
		if slices.Contains(ids[:i], text) {
			detail = "is named twice"
		} else if id, err := uuid.Parse(text); err != nil || !ledger.IsID(text) || id.String() != text {
			detail = "there is no such segment"
		} else if _, err := readSegment(ctx, s.store, id); fault.KindOf(err) == fault.KindNotFound {
			detail = "there is no such segment"
		} else if err != nil {
			return err
		}
		if detail != "" {
			faults = append(faults, fault.Fault{Path: fmt.Sprintf("segment_ids[%d]", i), Detail: detail})
		}
	}
	return fault.Invalid("invalid-request", "The segments cannot be combined.", faults)
}

// combinationRule asks whether a contact is in any of some segments, or in none of them.
type combinationRule struct {
	Field    string   `json:"field"`
	Operator string   `json:"operator"`
	Value    []string `json:"value"`
}

type combinationFilter struct {
	Combinator string            `json:"combinator"`
	Rules      []combinationRule `json:"rules"`
}

// combination is the filter of a combination.
func combination(o Operation, ids []string) combinationFilter {
	f := combinationFilter{Combinator: "and"}
	in := func(operator string, ids ...string) {
		f.Rules = append(f.Rules, combinationRule{"segment", operator, ids})
	}
	switch o {
	case Union:
		in("in", ids...)
	case Intersection:
		for _, id := range ids {
			in("in", id)
		}
	case Difference:
		in("in", ids[0])
		in("not_in", ids[1:]...)
	}
	return f
}
