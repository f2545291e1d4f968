package filter

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
)

func readDocs(t *testing.T) string {
	t.Helper()
	docs, err := os.ReadFile(filepath.Join("..", "docs", "filter-language.md"))
	require.NoError(t, err)
	return string(docs)
}

// TestDocumentedFilters decodes every filter of docs/filter-language.md.
func TestDocumentedFilters(t *testing.T) {
	known := testDecoder().Segments
	d := testDecoder()
	d.Schema = ledger.NewSchema(d.Schema.Settings, d.Schema.Definitions(), contacts.Kind, companies.Kind, conversations.Kind, notes.Kind, audiences.EventsKind)
	d.Segments = func(id string) (Saved, bool, error) {
		if strings.HasPrefix(id, "0199c1f2") {
			return Saved{}, true, nil
		}
		return known(id)
	}
	found := 0
	for i, block := range strings.Split(readDocs(t), "```") {
		raw, ok := strings.CutPrefix(block, "json\n")
		if i%2 == 0 || !ok || !strings.HasPrefix(raw, `{"combinator"`) {
			continue
		}
		found++
		_, err := d.Decode([]byte(raw), "filter")
		require.NoError(t, err, raw)
	}
	require.Equal(t, 8, found)
}

// TestDocumentedOperators: the table of the docs has every operator of every
// type, in the order in which faults list them.
func TestDocumentedOperators(t *testing.T) {
	docs := readDocs(t)
	schema := testSchema()
	for _, name := range []string{"name", "country", "labels", "attributes.visits", "created_at", "attributes.opted_in", "segment", "random_bucket", "conversations"} {
		f, ok := schema.Field(name)
		require.True(t, ok)
		require.Contains(t, docs, "| `"+strings.Join(Operators(f), "` `")+"`", name)
	}
	for _, f := range contacts.StandardFields {
		if strings.HasPrefix(f.Name, contacts.ConsentPrefix) {
			f.Name = contacts.ConsentPrefix + "CHANNEL"
		}
		require.Contains(t, docs, "`"+f.Name+"`")
	}
}
