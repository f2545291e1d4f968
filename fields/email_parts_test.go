package fields_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

func TestSplitEmail(t *testing.T) {
	p := fields.SplitEmail("J.Doe77+News@Mail.Example.com")
	require.Equal(t, "j.doe77+news@mail.example.com", p.Whole)
	require.Equal(t, "j.doe77+news", p.Local)
	require.Equal(t, "mail.example.com", p.Domain)
	require.Equal(t, []string{"j", "doe", "77", "news"}, p.LocalPieces)
	require.Equal(t, []string{"mail", "example", "com"}, p.DomainPieces)
	require.Equal(t, fields.EmailParts{Whole: "jdoe", Local: "jdoe", LocalPieces: []string{"jdoe"}}, fields.SplitEmail("jdoe"))
	require.LessOrEqual(t, len(fields.SplitEmail(strings.Repeat("a1", 5_000)).LocalPieces), words.MaxSearchWords)
}
