package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNegotiate(t *testing.T) {
	offered := []string{jsonMedia, ndjsonMedia, csvMedia}
	for accept, want := range map[string]string{
		"": jsonMedia, " ": jsonMedia, ";;;": jsonMedia, "*/*": jsonMedia, "application/*": jsonMedia, "text/*": csvMedia, "application/json": jsonMedia,
		"text/csv": csvMedia, "TEXT/CSV; charset=utf-8": csvMedia, "application/x-ndjson": ndjsonMedia, "application/ndjson": ndjsonMedia, "application/jsonl": ndjsonMedia,
		"text/csv;q=0.5, application/json;q=0.4": csvMedia, "text/csv;q=0.4, application/json;q=0.5": jsonMedia, "text/csv, application/x-ndjson": csvMedia,
		"application/x-ndjson, text/csv": ndjsonMedia, "*/*, text/csv": csvMedia, "text/html, text/csv;q=0.9, */*;q=0.8": csvMedia, "text/html, */*;q=0.1": jsonMedia,
		"application/json;q=0, */*": ndjsonMedia, "text/csv;q=x, application/x-ndjson": ndjsonMedia, "application/json;version=2": jsonMedia,
	} {
		media, acceptable := negotiate(accept, offered)
		require.True(t, acceptable, accept)
		require.Equal(t, want, media, accept)
	}
	for _, accept := range []string{"text/html", "json", "text/csv;q=0", "application/json;q=0", "application/xml, image/*"} {
		media, acceptable := negotiate(accept, offered)
		require.False(t, acceptable, accept)
		require.Empty(t, media)
	}
}
