package fields

// Sort is one criterion of an order. Missing values come last in both
// directions; ties are broken by ordinal.
type Sort struct {
	Field Field
	Desc  bool
}

// FacetQuery asks how many contacts have which value of a field.
type FacetQuery struct {
	Field Field
	// After is where the page of values before ended, nil for the first page.
	After *FacetPlace
	// Bounds ask for ranges instead, of a field of numbers, days or moments: the
	// values at which one range ends and the next begins, rising, at most
	// MaxFacetBounds.
	Bounds []Value
}

// CountValues asks for the first page of values of each of the fields.
func CountValues(fields ...Field) []FacetQuery {
	queries := make([]FacetQuery, len(fields))
	for i, f := range fields {
		queries[i].Field = f
	}
	return queries
}

// Facet is how many contacts have which value of a field. For a single-valued
// field the counts of Values and Ranges, Missing and Other add up to the number
// of contacts.
type Facet struct {
	Field   Field
	Values  []FacetValue // a page of at most MaxFacetValues, by count, then by value
	Ranges  []FacetRange // from the lowest, when ranges were asked for; then there are no Values
	Missing uint64
	Other   uint64      // with a value that is not on the page
	Next    *FacetPlace // where the page ends, nil when it is the last one
}

// Limits of a facet.
const (
	MaxFacetValues = 100 // values of a page
	MaxFacetBounds = 100 // between ranges
)

// FacetPlace is where a page of the values of a facet ends. Count is how many contacts have
// the value. A text is in the form in which it compares.
type FacetPlace struct {
	Value Value
	Count uint64
}

// FacetRange is how many contacts have a value of at least From and below To.
// The first range has no From, the last one no To.
type FacetRange struct {
	From, To Value
	Count    uint64
}

// FacetValue is one line of a facet. The value is of the field's kind; of a
// many-valued field it is one of its members, as KindText.
type FacetValue struct {
	Value Value
	Count uint64
}

// Hit is one contact found by its words.
type Hit struct {
	Ordinal    uint32
	Score      float64
	Highlights []Highlight
}

// Highlight says why a hit was found: in which field, where, and in which way.
type Highlight struct {
	// Field is as in filters, or that of a contact that was absorbed, like
	// "absorbed[0].email".
	Field  string
	Way    string   // exact, prefix, nickname, sound, typo, fragment, digits
	Ranges [][2]int // byte offsets [from, to) in the field's value
}

// Position is where a page of a sorted list ends: the sort values and the
// ordinal of its last row.
type Position struct {
	Keys    []Value
	Ordinal uint32
}
