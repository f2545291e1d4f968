package contacts

// Sort is one criterion of an order. Missing values come last in both
// directions; ties are broken by ordinal.
type Sort struct {
	Field Field
	Desc  bool
}

// Facet is how many contacts have which value of a field. For a single-valued
// field the counts of Values, Missing and Other add up to the number of
// contacts.
type Facet struct {
	Field   Field
	Values  []FacetValue // at most MaxFacetValues, by count, then by value
	Missing uint64
	Other   uint64
}

// MaxFacetValues is how many values of a field a facet lists.
const MaxFacetValues = 100

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
