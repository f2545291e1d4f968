package contacts

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// A mistake in a declaration stops the program before it serves anybody.
func TestDeclareRefusesMistakes(t *testing.T) {
	type note struct{ Title, Body string }
	title := ledger.TextField("title", func(n *note) *string { return &n.Title })
	body := ledger.TextField("body", func(n *note) *string { return &n.Body })
	declare := func(fields ...ledger.FieldOf[note]) func() {
		return func() { ledger.Declare(ledger.Kind[note]{Shape: ledger.Shape{Entity: "note"}, Fields: fields}) }
	}
	require.NotPanics(t, declare(title, body.DecidedWith("title")))
	require.PanicsWithValue(t, "field title of note is declared twice", declare(title, body, title))
	require.PanicsWithValue(t, "nothing says what a merge does with the field body of note", declare(title, body.Merged(ledger.MergePolicy[note]{})))
	require.PanicsWithValue(t, "field body of note is merged with text, which is no field", declare(title, body.DecidedWith("text")))
	require.PanicsWithValue(t, "field company.name of note stands behind no relation to a company", declare(title, ledger.ShownField[note]("company.name", fields.EntityCompany)))
}

// A kind without attributes is compared, measured, merged and parted by its fields.
func TestKindWithoutAttributes(t *testing.T) {
	type note struct {
		Title string
		Tags  []string
		Done  bool
	}
	kind := ledger.Declare(ledger.Kind[note]{
		Shape: ledger.Shape{Entity: "note"},
		Clone: func(n *note) *note {
			c := *n
			c.Tags = append([]string(nil), n.Tags...)
			return &c
		},
		Fields: []ledger.FieldOf[note]{
			ledger.TextField("title", func(n *note) *string { return &n.Title }, ledger.Required),
			ledger.ListField("tags", func(n *note) *[]string { return &n.Tags }),
			ledger.FlagField("done", func(n *note) *bool { return &n.Done }),
		},
	})
	a, b := &note{Tags: []string{"x"}}, &note{Title: "Call", Tags: []string{"X", "y"}, Done: true}
	require.False(t, kind.Same(a, b))
	require.Equal(t, len("Call")+len("Xy"), kind.Size(b))
	merged := kind.Combine(a, b, ledger.Choice{})
	require.Equal(t, &note{Title: "Call", Tags: []string{"x", "y"}, Done: true}, merged)
	require.True(t, kind.Same(a, kind.Part(merged, merged, a, b)))
	require.Equal(t, "must not be emptied", kind.Assign(kind.Clone(b), b, kind.Named("title"), fields.Value{}))
	require.Equal(t, []string{"x"}, a.Tags, "the survivor of before stays as it was")
}

// What changed is exactly what has another value, read field by field.
func TestChangedNamesWhatHasAnotherValue(t *testing.T) {
	firms := []*ledger.Link{nil, {ID: ledger.ID{1}, Name: "Acme"}, {ID: ledger.ID{2}, Name: "Big"}, nil} // the third is gone
	company := func(_ fields.Entity, ordinal uint32) (*ledger.Link, error) { return firms[ordinal], nil }
	s := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{{Number: 1, Key: "tier", Type: fields.AttributeText}, {Number: 3, Key: "plan", Type: fields.AttributeText}}, Kind, companies.Kind)
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawnContact(t, 1), drawnContact(t, 2)
		b.ID, b.Company = a.ID, rapid.Uint32Range(0, 3).Draw(t, "company after")
		var want []ledger.FieldChange
		compare := func(name string, old, now fields.Value) {
			if !old.Equal(now) {
				want = append(want, ledger.FieldChange{Field: name, Old: old, New: now})
				if name == "company_id" {
					want[len(want)-1].Was = a.Company
				}
			}
		}
		for i := range Kind.Fields {
			f := &Kind.Fields[i]
			d := f
			if !slices.Contains([]string{"updated_at", "reachable", "emails", "phones"}, f.Name) { // which change with every write, or follow from the rest
				compare(f.Name, d.ValueOf(a, linked(firms[a.Company])), d.ValueOf(b, linked(firms[b.Company])))
			}
		}
		compare(ledger.FieldAbsorbed, ledger.AbsorbedIDs(a.Absorbed), ledger.AbsorbedIDs(b.Absorbed))
		for _, d := range s.Attributes() {
			before := len(want)
			compare(fields.AttributePrefix+d.Key, a.Attributes.Get(d.Number), b.Attributes.Get(d.Number))
			if len(want) > before {
				want[before].Number, want[before].Type = d.Number, fields.FieldText
			}
		}
		got, err := Kind.Changed(s, a, b, company)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
	gone := errors.New("gone")
	_, err := Kind.Changed(s, &Contact{}, &Contact{Company: 1}, func(fields.Entity, uint32) (*ledger.Link, error) { return nil, gone })
	require.ErrorIs(t, err, gone)
}
