package wire

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNegotiate(t *testing.T) {
	offered := []string{JSONMedia, NDJSONMedia, CSVMedia}
	for accept, want := range map[string]string{
		"": JSONMedia, " ": JSONMedia, ";;;": JSONMedia, "*/*": JSONMedia, "application/*": JSONMedia, "text/*": CSVMedia, "application/json": JSONMedia,
		"text/csv": CSVMedia, "TEXT/CSV; charset=utf-8": CSVMedia, "application/x-ndjson": NDJSONMedia, "application/ndjson": NDJSONMedia, "application/jsonl": NDJSONMedia,
		"text/csv;q=0.5, application/json;q=0.4": CSVMedia, "text/csv;q=0.4, application/json;q=0.5": JSONMedia, "text/csv, application/x-ndjson": CSVMedia,
		"application/x-ndjson, text/csv": NDJSONMedia, "*/*, text/csv": CSVMedia, "text/html, text/csv;q=0.9, */*;q=0.8": CSVMedia, "text/html, */*;q=0.1": JSONMedia,
		"application/json;q=0, */*": NDJSONMedia, "text/csv;q=x, application/x-ndjson": NDJSONMedia, "application/json;version=2": JSONMedia,
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
