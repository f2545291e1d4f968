package cli

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
)

// Keys that are made through a running server are no import.
func TestOnlyAnImportIsRecordedAsOne(t *testing.T) {
	var sources []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sources = append(sources, r.Method+" "+r.Header.Get("Kundi-Source"))
		_, _ = w.Write([]byte(`{}`))
	}))
	defer server.Close()
	c := client{http: &http.Client{Transport: tcp(server.Listener.Addr().String())}}
	ctx := context.Background()
	_, err := c.attributes(ctx)
	require.NoError(t, err)
	_, err = c.UpsertBatch(ctx, []contacts.Draft{{"name": "Amina"}})
	require.NoError(t, err)
	require.NoError(t, c.call(ctx, http.MethodDelete, "/v1/keys/1", nil, nil))
	require.Equal(t, []string{"GET ", "POST import", "DELETE "}, sources)
}
