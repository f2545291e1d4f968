package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A mistake in a declaration stops the program before it serves anybody.
func TestDeclareRefusesMistakes(t *testing.T) {
	type note struct{ Title, Body string }
	title := textField("title", func(n *note) *string { return &n.Title })
	body := textField("body", func(n *note) *string { return &n.Body })
	declare := func(fields ...FieldOf[note]) func() {
		return func() { Declare(Kind[note]{Entity: "note", Fields: fields}) }
	}
	require.NotPanics(t, declare(title, body.DecidedWith("title")))
	require.PanicsWithValue(t, "field title of note is declared twice", declare(title, body, title))
	require.PanicsWithValue(t, "nothing says what a merge does with the field body of note", declare(title, body.Merged(MergePolicy[note]{})))
	require.PanicsWithValue(t, "field body of note is merged with text, which is no field", declare(title, body.DecidedWith("text")))
}

// A kind without attributes is compared, measured, merged and parted by its fields.
func TestKindWithoutAttributes(t *testing.T) {
	type note struct {
		Title string
		Tags  []string
		Done  bool
	}
	kind := Declare(Kind[note]{
		Entity: "note",
		Clone: func(n *note) *note {
			c := *n
			c.Tags = append([]string(nil), n.Tags...)
			return &c
		},
		Fields: []FieldOf[note]{
			textField("title", func(n *note) *string { return &n.Title }, required),
			listField("tags", func(n *note) *[]string { return &n.Tags }),
			flagField("done", func(n *note) *bool { return &n.Done }),
		},
	})
	a, b := &note{Tags: []string{"x"}}, &note{Title: "Call", Tags: []string{"X", "y"}, Done: true}
	require.False(t, kind.Same(a, b))
	require.Equal(t, len("Call")+len("Xy"), kind.Size(b))
	merged := kind.Combine(a, b)
	require.Equal(t, &note{Title: "Call", Tags: []string{"x", "y"}, Done: true}, merged)
	require.True(t, kind.Same(a, kind.Part(merged, merged, a, b)))
	require.Equal(t, "must not be emptied", kind.Assign(kind.Clone(b), b, kind.named("title"), Value{}))
	require.Equal(t, []string{"x"}, a.Tags, "the survivor of before stays as it was")
}
