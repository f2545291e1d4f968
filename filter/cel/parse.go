package cel

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/parser"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
)

// Limits of a text.
const (
	MaxLength = 1_000_000 // characters
	// maxNesting is how deep the expression may be: two levels for each group of a filter, for
	// its parentheses and its call, and some for what is in a condition.
	maxNesting = 2*filter.MaxDepth + 16
	maxFaults  = 100
)

// Parse reads a text, and checks it as the decoder checks JSON. The filter is what Saved
// writes of it.
//
// An error is a *fault.Error of KindInvalid and type "invalid-cel" with every fault, the first
// ones of them. The path of a fault is where it is in the text, as cel:LINE:COLUMN, both counted
// from 1 in characters. Texts that are no CEL have the faults of their syntax alone. No fault
// repeats anything of the text.
func Parse(d filter.Decoder, text string) (*filter.Filter, error) {
	r := &reader{decoder: d, places: map[string]int32{}}
	if utf8.RuneCountInString(text) > MaxLength {
		return nil, invalid([]fault.Fault{{Path: "cel", Detail: fmt.Sprintf("must have at most %d characters", MaxLength)}})
	}
	if !utf8.ValidString(text) {
		return nil, invalid([]fault.Fault{{Path: "cel", Detail: "must be UTF-8"}})
	}
	r.text = []rune(text)
	tree := r.parse(text)
	if tree == nil {
		return nil, r.err()
	}
	g := r.root(tree, scope{of: d.Of})
	if g == nil {
		return nil, r.err()
	}
	f, err := d.Decode(r.json(g), "filter")
	var wrong *fault.Error
	if errors.As(err, &wrong) && wrong.Kind == fault.KindInvalid {
		for _, x := range wrong.Faults {
			r.fault(r.place(x.Path), x.Detail)
		}
		err = nil
	}
	if err != nil {
		return nil, err
	}
	return f, r.err()
}

// source is a text of one line, whatever is in it. The parser then counts characters, and does
// not look for lines at each word.
type source struct{ common.Source }

func (source) LineOffsets() []int32 { return nil }

func (source) OffsetLocation(offset int32) (common.Location, bool) {
	return common.NewLocation(1, int(offset)), true
}

// newParser makes a parser without macros: has, any and count are calls, which the reader knows.
func newParser() *parser.Parser {
	p, err := parser.NewParser(
		parser.EnablePrattParser(true), parser.EnableVariadicOperatorASTs(true),
		parser.MaxRecursionDepth(maxNesting), parser.ExpressionSizeCodePointLimit(MaxLength), parser.ErrorReportingLimit(maxFaults),
	)
	if err != nil {
		panic("filter/cel: " + err.Error()) // the options are constant
	}
	return p
}

// err returns all faults in the order of the text, nil if there are none.
func (r *reader) err() error {
	if len(r.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(r.faults, func(a, b placed) int { return int(a.at) - int(b.at) })
	r.faults = slices.Compact(r.faults)
	lines := newLines(r.text)
	list := make([]fault.Fault, min(len(r.faults), maxFaults))
	for i := range list {
		line, column := lines.of(r.faults[i].at)
		list[i] = fault.Fault{Path: fmt.Sprintf("cel:%d:%d", line, column), Detail: r.faults[i].detail}
	}
	return invalid(list)
}

func invalid(list []fault.Fault) error {
	return fault.Invalid("invalid-cel", "The text is not a valid filter.", list)
}

// placed is a fault at a character of the text.
type placed struct {
	at     int32
	detail string
}

func (r *reader) fault(at int32, detail string) {
	r.faults = append(r.faults, placed{at, detail})
}

// place is where in the text that is of which the decoder speaks: itself, or what it is in.
func (r *reader) place(path string) int32 {
	for {
		if at, ok := r.places[path]; ok {
			return at
		}
		end := strings.LastIndexAny(path, ".[")
		if end < 0 {
			return 0
		}
		path = path[:end]
	}
}

// lines finds the line and the column of a character.
type lines []int32 // where each line begins

func newLines(text []rune) lines {
	begins := lines{0}
	for i, c := range text {
		if c == '\n' {
			begins = append(begins, int32(i)+1)
		}
	}
	return begins
}

func (l lines) of(at int32) (line, column int) {
	i, found := slices.BinarySearch(l, at)
	if !found {
		i--
	}
	return i + 1, int(at-l[i]) + 1
}
