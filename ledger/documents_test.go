package ledger

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecodeDocumentTakesOneWholeValue(t *testing.T) {
	for document, sound := range map[string]bool{
		`{"n":1}`: true, `{}`: true, `{"n":1,"m":2}`: false, `{"n":1}{}`: false, `{"n":1`: false, "": false, "{\"n\":1}\x00": false,
	} {
		var into struct{ N int }
		require.Equal(t, sound, DecodeDocument([]byte(document), &into) == nil, document)
	}
}
