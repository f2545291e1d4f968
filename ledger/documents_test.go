package ledger

import (
	"go/ast"
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryCollectionIsListed reads the collections from the source.
func TestEveryCollectionIsListed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "store.go", nil, 0)
	require.NoError(t, err)
	var declared []Collection
	ast.Inspect(file, func(n ast.Node) bool {
		if value, ok := n.(*ast.ValueSpec); ok {
			if kind, ok := value.Type.(*ast.Ident); ok && kind.Name == "Collection" {
				text := value.Values[0].(*ast.BasicLit).Value
				declared = append(declared, Collection(text[1:len(text)-1]))
			}
		}
		return true
	})
	require.ElementsMatch(t, declared, Collections)
}

func TestDecodeDocumentTakesOneWholeValue(t *testing.T) {
	for document, sound := range map[string]bool{
		`{"n":1}`: true, `{}`: true, `{"n":1,"m":2}`: false, `{"n":1}{}`: false, `{"n":1`: false, "": false, "{\"n\":1}\x00": false,
	} {
		var into struct{ N int }
		require.Equal(t, sound, DecodeDocument([]byte(document), &into) == nil, document)
	}
}
