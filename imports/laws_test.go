package imports

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	_ "github.com/ndoto/kundi/repeatable"
	"github.com/ndoto/kundi/sheets"
)

// TestAFileOfDraftsGivesTheDrafts writes drafts into a file in some order of
// columns, with some delimiter, and gets the same drafts back.
func TestAFileOfDraftsGivesTheDrafts(t *testing.T) {
	all := []string{"name", "email", "city", "labels", "company", "attributes.job_title", "attributes.topics", "attributes.newsletter"}
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aZé漢 \"',\n;|\t👩")), 0, 12, -1)
	member := rapid.StringOfN(rapid.RuneFrom([]rune("aZé漢 \"',\n\t👩")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.Permutation(all).Draw(t, "columns")
		columns = columns[:rapid.IntRange(1, len(columns)).Draw(t, "how many")]
		var want []fields.Draft
		rows := [][]string{columns}
		for range rapid.IntRange(1, 30).Draw(t, "rows") {
			cells, d := make([]string, len(columns)), fields.Draft{}
			for i, field := range columns {
				switch field {
				case "labels", "attributes.topics":
					members := rapid.SliceOfN(member, 0, 3).Draw(t, field)
					cells[i] = strings.Join(members, rapid.SampledFrom([]string{";", "|", " ; "}).Draw(t, "between"))
					put(d, field, nonBlank(members), cells[i])
				case "attributes.newsletter":
					yes := rapid.Bool().Draw(t, field)
					cells[i] = map[bool]string{true: "yes", false: "no"}[yes]
					put(d, field, yes, cells[i])
				default:
					cells[i] = text.Draw(t, field)
					want := strings.TrimSpace(cells[i])
					if field != "email" {
						want = oneLine(want)
					}
					put(d, field, want, cells[i])
				}
			}
			blank := isBlank(cells)
			for i := range cells { // as a careful program writes them
				if !blank {
					cells[i] = sheets.Guard(cells[i])
				}
			}
			rows = append(rows, cells)
			if !blank { // a row of semicolons is a row: the domain will refuse it
				want = append(want, d)
			}
		}
		comma := rapid.SampledFrom([]rune(delimiters)).Draw(t, "delimiter")
		file := write(t, rows, comma)
		p, err := New(t.Context(), bytes.NewReader(file), sampleAttributes(), Options{
			Delimiter: comma, BatchSize: rapid.IntRange(1, 8).Draw(t, "batch"),
		})
		if len(want) == 0 {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		require.Equal(t, len(want), p.Rows)
		to := newRecorder(sampleAttributes()...)
		_, err = p.Run(t.Context(), to)
		require.NoError(t, err)
		require.Equal(t, want, to.drafts())
	})
}

// put sets a field of a draft, unless its cell is blank.
func put(d fields.Draft, field string, value any, cell string) {
	if list, ok := value.([]any); strings.TrimSpace(cell) == "" || ok && len(list) == 0 {
		return
	}
	key, isAttribute := strings.CutPrefix(field, fields.AttributePrefix)
	if !isAttribute {
		d[field] = value
		return
	}
	if d["attributes"] == nil {
		d["attributes"] = map[string]any{}
	}
	d["attributes"].(map[string]any)[key] = value
}

func nonBlank(members []string) []any {
	list := []any{}
	for _, m := range members {
		if m = strings.TrimSpace(oneLine(m)); m != "" {
			list = append(list, m)
		}
	}
	return list
}

func write(t *rapid.T, rows [][]string, comma rune) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	w.UseCRLF = rapid.Bool().Draw(t, "carriage returns")
	require.NoError(t, w.WriteAll(rows))
	return b.Bytes()
}

// FuzzFile holds any file to: a plan or an error that may be shown, and as
// many rows as the plan said, each on a later line than the one before.
func FuzzFile(f *testing.F) {
	for _, seed := range []string{
		"", "name\nA\n", "name;email\r\nA;a@b.example\r\n", "\uFEFFname\tphone\n\"A\nB\"\t+1\n", "email\n\"", "a,b\n1\n",
		"\xff\xfen\x00a\x00m\x00e\x00\n\x00a\x00\n\x00", "\xfe\xff\x00n", "PK\x03\x04", "name\n\x00", "name\nM\xfcller\n", "name,name\n,\n", "labels\na;b|c\n", ",\n",
	} {
		f.Add([]byte(seed), 0, 3)
	}
	f.Fuzz(func(t *testing.T, file []byte, from, size int) {
		p, err := New(context.Background(), bytes.NewReader(file), sampleAttributes(), Options{FromLine: from, BatchSize: size, Rejects: io.Discard})
		if err != nil {
			var known *fault.Error
			require.True(t, errors.As(err, &known), "%v", err)
			return
		}
		rows, last := 0, 0
		batches := make(chan []row, len(file)+1)
		require.NoError(t, p.read(context.Background(), batches))
		close(batches)
		for batch := range batches {
			require.NotEmpty(t, batch)
			require.LessOrEqual(t, len(batch), contacts.MaxBatch)
			for _, r := range batch {
				require.Greater(t, r.line, last)
				require.GreaterOrEqual(t, r.line, from)
				last = r.line
				rows++
			}
		}
		require.Equal(t, p.Rows, rows)
	})
}
